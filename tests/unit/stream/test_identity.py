"""The same cause, the same id; another cause, another."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import garbage, report

from stream.decode import decode
from stream.identity import (
    content_hash,
    effect_id,
    journal_id,
    moved_id,
    place_id,
    reused_id,
    time_prefix,
    wake_up_id,
)

PRINTABLE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)
OUR_ID = "0192f3a1-5b6c-8def-8123-456789abcdef"


@given(PRINTABLE, PRINTABLE, PRINTABLE, PRINTABLE)
def test_publishers_with_the_same_ids_do_not_get_in_each_others_way(a: str, b: str, c: str, d: str) -> None:
    assert (journal_id(a, b) == journal_id(c, d)) == ((a, b) == (c, d))


@given(st.text("0123456789abcdefABCDEF -xé", min_size=36, max_size=36))
def test_an_id_of_any_form_is_welcome(event_id: str) -> None:
    assert isinstance(journal_id("urn:somebody", event_id), UUID)
    assert isinstance(journal_id("urn:somebody", event_id[:14] + "7" + event_id[15:]), UUID)


def test_an_id_with_spaces_where_digits_should_be_has_no_time() -> None:
    assert time_prefix("12 45 78-78ab-7bcd-8000-000000000000") is None
    assert time_prefix("é" * 14 + "8" + "0" * 21) is None


@pytest.mark.parametrize("version", "78")
def test_an_id_that_tells_its_time_keeps_it_in_front(version: str) -> None:
    event_id = OUR_ID[:14] + version + OUR_ID[15:]
    assert time_prefix(event_id) == bytes.fromhex("0192f3a15b6c")
    assert journal_id("urn:somebody", event_id).bytes[:6] == bytes.fromhex("0192f3a15b6c")
    assert time_prefix(OUR_ID[:14] + "4" + OUR_ID[15:]) is None


def test_every_kind_of_id_is_its_own() -> None:
    first = journal_id("a", "b")
    ids = {
        first,
        reused_id(first, b"x"),
        reused_id(first, b"y"),
        moved_id(first, b"x"),
        moved_id(first, b"y"),
        effect_id("a", "b"),
        wake_up_id(b"b"),
        place_id(garbage(1)),
        place_id(garbage(2)),
        place_id(garbage(1, lane=1)),
    }
    assert len(ids) == 10


def test_the_same_body_in_another_version_is_another_body() -> None:
    assert content_hash("form-received", 1, b"{}") == content_hash("form-received", 1, b"{}")
    hashes = {content_hash("a", 1, b"{}"), content_hash("a", 2, b"{}"), content_hash("b", 1, b"{}")}
    assert len(hashes | {content_hash("a", 1, b""), content_hash("n" * 200, 1, b"{}")}) == 5


def test_a_record_has_its_id_wherever_and_however_often_it_stands() -> None:
    ids = {decode(report("a", "1", offset=offset, lane=lane)).id for offset in (0, 9) for lane in (0, 1)}
    assert len(ids) == 1
