"""Records as the judge reads them: by the same recipes as the workers, and whatever stands in them."""

import json
from functools import partial
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ops.audit.judge import recipes
from ops.audit.judge.evidence import Headers, LogRecord
from ops.audit.judge.history import said_at
from ops.audit.judge.packed_events import unpacked
from ops.audit.judge.seen import seen_as
from schemas import ids
from stream import identity
from stream.record import Message, Record, pack_messages

TEXT = st.text(max_size=20)
BYTES = st.none() | st.binary(max_size=40)
NAMES = st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_dataschema", "ce_subject", "ce_revision"]) | TEXT
JSON_OBJECTS = partial(st.dictionaries, TEXT)
EVENT_IDS = TEXT | st.uuids().map(str) | st.builds(ids.derived_event_id, st.integers(0, 2**48), TEXT, TEXT, st.just(0))


@given(st.lists(st.tuples(NAMES, BYTES), max_size=8).map(tuple), BYTES)
def test_any_bytes_are_read_as_something(headers: Headers, value: bytes | None) -> None:
    assert_is_something(headers, value)


@given(st.recursive(st.none() | st.booleans() | st.floats() | TEXT, JSON_OBJECTS, max_leaves=5))
def test_any_json_is_read_as_something(said: object) -> None:
    for value in (said, {"submission_id": said}):
        assert_is_something((), json.dumps(value).encode())


def test_a_moment_may_have_its_letters_in_lower_case() -> None:
    assert said_at("2026-11-22t09:30:00z") == said_at("2026-11-22T09:30:00Z") is not None


def test_half_a_character_in_a_submission_is_read_as_something() -> None:
    assert_is_something((), b'{"submission_id": "\\ud800"}')


def assert_is_something(headers: Headers, value: bytes | None) -> None:
    seen = seen_as(LogRecord("form-received", 0, 0, None, headers, value))
    assert isinstance(seen.subject, str)
    assert isinstance(seen.entry, UUID)


@given(TEXT, EVENT_IDS, st.binary(max_size=20), st.uuids(), st.integers(0, 9))
def test_the_recipes_are_the_workers_own(text: str, event: str, value: bytes, entry: UUID, number: int) -> None:
    assert recipes.registration_of(text, event) == ids.registration_id(text, event)
    assert recipes.entry_of(text, event) == identity.journal_id(text, event)
    assert recipes.entry_of_place(text, number, 7) == identity.place_id(Record(text, number, 7, None, None, ()))
    assert recipes.body_of(text, number, value) == identity.content_hash(text, number, value)
    body = identity.content_hash(text, number, value)
    assert recipes.entry_of_second_body(entry, body) == identity.reused_id(entry, body)
    assert recipes.forced_entry(entry, number) == identity.forced_id(entry, number)
    assert recipes.moved_row(entry, body) == identity.moved_id(entry, body)
    parts = (text, event, "applicant", str(number))
    assert recipes.effect_row("me", text, event, "applicant", number) == identity.effect_id("me", *parts)
    derived = ids.derived_event_id(123, text, str(entry), number, event)
    assert recipes.tail(derived) == recipes.derived(text, entry, number, event)


@given(st.lists(st.builds(Message, TEXT, st.integers(0, 11), TEXT, st.integers(0, 9), st.just((("ce_id", b"1"),)),
                          TEXT.map(str.encode))))  # fmt: skip
def test_events_are_unpacked_as_the_workers_packed_them(messages: list[Message]) -> None:
    packed = pack_messages(messages)
    assert [(e.topic, e.partition, e.key, e.headers, e.value) for e in unpacked(packed)] == [
        (m.topic, m.lane, m.key, m.headers, m.value) for m in messages
    ]
