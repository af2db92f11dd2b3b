"""What is kept at rest comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.envelope import EnvelopeError, from_headers
from stream.record import Message, pack_headers, pack_messages, unpack_headers, unpack_messages

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
UTF_8 = TEXT.map(str.encode)
MESSAGES = st.lists(
    st.builds(
        Message,
        topic=TEXT,
        lane=st.integers(0, 100),
        key=TEXT,
        revision=st.integers(0, 2**31),
        headers=st.lists(st.tuples(TEXT, UTF_8), max_size=4).map(tuple),
        value=UTF_8,
    ),
    max_size=4,
)


@given(MESSAGES)
def test_messages_come_out_of_the_journal_as_they_went_in(messages: list[Message]) -> None:
    assert unpack_messages(pack_messages(messages)) == tuple(messages)


@given(st.lists(st.tuples(TEXT, st.none() | st.binary(max_size=20)), max_size=8).map(tuple))
def test_headers_of_any_bytes_come_out_of_the_queue_as_they_went_in(
    headers: tuple[tuple[str, bytes | None], ...],
) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


def test_of_very_many_headers_the_first_are_kept() -> None:
    headers = tuple((str(number), b"") for number in range(10_000))
    assert unpack_headers(pack_headers(headers)) == headers[:65]


def test_nothing_to_publish_is_kept_as_nothing() -> None:
    assert unpack_messages(None) == ()


def test_a_record_with_too_many_headers_has_too_many_when_it_comes_again() -> None:
    headers = tuple((f"x-{number}", b"") for number in range(1_000))
    with pytest.raises(EnvelopeError, match="TOO_MANY_HEADERS"):
        from_headers(unpack_headers(pack_headers(headers)))
