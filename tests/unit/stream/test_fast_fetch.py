"""Fetches are the same bytes, and are read as the same values, as the library's own."""

from io import BytesIO

import pytest
from aiokafka.protocol.fetch import FetchRequest_v11, FetchResponse_v11
from hypothesis import given
from hypothesis import strategies as st

from stream.fast_fetch import REQUEST, RESPONSE, use_fast_fetch

THEIR_REQUEST, THEIR_RESPONSE = FetchRequest_v11.SCHEMA, FetchResponse_v11.SCHEMA

int16 = st.integers(-(2**15), 2**15 - 1)
int32 = st.integers(-(2**31), 2**31 - 1)
int64 = st.integers(-(2**63), 2**63 - 1)
names = st.text("abc-é", max_size=20)
asked = st.tuples(int32, int32, int64, int64, int32)
aborted = st.none() | st.lists(st.tuples(int64, int64), max_size=3)
fetched = st.tuples(int32, int16, int64, int64, int64, aborted, int32, st.none() | st.binary(max_size=40))


def topics(partitions: st.SearchStrategy[tuple[object, ...]]) -> st.SearchStrategy[list[tuple[str, list[object]]]]:
    return st.lists(st.tuples(names, st.lists(partitions, max_size=4)), max_size=3)


@given(topics(asked))
def test_a_request_is_the_same_bytes(asked_topics: list[tuple[str, list[object]]]) -> None:
    request = [-1, 500, 1, 52_428_800, 1, 0, -1, asked_topics, [("gone", [1, 2])], ""]
    assert REQUEST.encode(request) == THEIR_REQUEST.encode(request)


@given(topics(fetched))
def test_a_response_is_read_as_the_same_values(fetched_topics: list[tuple[str, list[object]]]) -> None:
    written = THEIR_RESPONSE.encode([0, 0, 7, fetched_topics])
    assert RESPONSE.decode(BytesIO(written)) == THEIR_RESPONSE.decode(BytesIO(written))


def test_a_response_that_is_cut_short_is_not_taken_for_a_whole_one() -> None:
    written = THEIR_RESPONSE.encode([0, 0, 7, [("forms", [(1, 0, 9, 9, 0, None, -1, b"records")])]])
    with pytest.raises(ValueError, match="before its records do"):
        RESPONSE.decode(BytesIO(written[:-1]))


def test_every_consumer_of_the_process_fetches_so() -> None:
    use_fast_fetch()
    assert (FetchRequest_v11.SCHEMA, FetchResponse_v11.SCHEMA) == (REQUEST, RESPONSE)
