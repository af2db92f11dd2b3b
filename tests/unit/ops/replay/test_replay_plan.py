"""What a replay's plan says is what the worker does; and which offsets a range is."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from remembered import replay

from ops.replay.asked import Asked, TopicBounds, offsets_of
from ops.replay.fate import Entry, Fate, ServiceKnows, fate_lines, fate_of, ids_to_ask
from ops.replay.force_options import Force
from ops.replay.plain import Plain
from ops.replay.through_registration import in_order
from ops.terminal.age import duration
from ops.terminal.output import COLUMNS
from ops.terminal.typed import moment_of
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningRefused, ProvisioningReported
from schemas.flow import INTAKE, LANES, NOTIFIER
from services.notifier.documents import Correspondence
from stream.answer import Result
from stream.decode import Received, decode
from stream.fold import Fold
from stream.horizon import HORIZON
from stream.known import Known
from stream.new_row import replay_row
from stream.record import Record
from stream.service import Emit, Service, Touched, no_facts
from stream.store import OutcomeKind, Reading, Recorded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"
REPLAY = UUID(int=1)
TOPIC = ProvisioningReported.name
READ = {(TOPIC, 3): 8}
SERVICE: Service[None] = Service(NOTIFIER, Correspondence, lambda _case: Emit(), no_facts)


def reported(event_id: str, *, said_at: datetime = NOW, cycle: int = 1) -> Record:
    said = {"connection": 1, "cycle": cycle, "report": "accepted", "reported_at": NOW, "findings": ()}
    event = ProvisioningReported.model_validate(said)
    envelope = Envelope(event_id, "urn:keylane", TOPIC, event.version, KEY, said_at)
    headers, value = codec.encode(envelope, event)
    return Record(TOPIC, 3, 0, KEY.encode(), value, tuple(headers))


RECORDS = st.builds(
    reported,
    st.sampled_from(["1", "2"]),
    said_at=st.sampled_from([NOW, NOW - HORIZON, NOW - HORIZON - timedelta(seconds=1), NOW + timedelta(days=9)]),
    cycle=st.sampled_from([1, 2]),
) | st.just(Record(TOPIC, 3, 7, None, b"{", ()))

EXPECTED = {
    Fate.DONE: {(Result.REPEATED, "emit"), (Result.REPEATED, "ignore")},
    Fate.PARKED: {(Result.REPEATED, "park")},
    Fate.FRESH: {(Result.EMITTED, "")},
    Fate.TOO_OLD: {(Result.PARKED, "TOO_OLD")},
    Fate.UNREADABLE: {(Result.PARKED, "HEADER_MISSING")},
}


@given(
    RECORDS,
    st.none() | st.sampled_from(OutcomeKind),
    st.sampled_from([b"another", None]),
    st.sampled_from([None, NOW - HORIZON, NOW, NOW + timedelta(days=1)]),
)
def test_the_plan_foretells_what_the_worker_does(
    record: Record, outcome: OutcomeKind | None, other: bytes | None, pruned_up_to: datetime | None
) -> None:
    item = decode(record)
    journal = {item.id: Recorded(other or item.hash, 1, outcome, ())} if outcome else {}
    if other and outcome:
        own = ids_to_ask(item)[1]
        journal[own] = Recorded(item.hash, 1, OutcomeKind.PARK, ())
    entries = {id_: Entry(one.hash, one.outcome) for id_, one in journal.items()}
    foretold = fate_of(item, ServiceKnows(entries, (), pruned_up_to, READ), NOW, HORIZON)

    row = replay_row(item, REPLAY, NOW, LANES)
    reading = Reading(recorded=journal, blocked={}, states={}, pruned_up_to=pruned_up_to)
    fold = Fold(SERVICE, Known(reading=reading, facts=None, now=NOW, lanes=LANES, horizon=HORIZON))
    fold.take(decode(row.record, row), Touched())
    (answer,) = fold.answers
    assert (answer.result, str(answer.reason)) in EXPECTED[foretold]


def test_a_record_that_its_service_has_not_read_yet_is_left_alone_whatever_else_is_known_of_it() -> None:
    item = decode(reported("1"))
    journal = {item.id: Entry(item.hash, OutcomeKind.EMIT)}
    for read in ({}, {(TOPIC, 3): 0}, {(TOPIC, 2): 9}, {("another", 3): 9}):
        assert fate_of(item, ServiceKnows(journal, {KEY}, None, read), NOW, HORIZON) is Fate.NOT_READ


class Lanes:
    """A database of which a replay asks how far the service has read."""

    async def fetch(self, _query: str) -> list[dict[str, Any]]:
        return [{"lane": 3, "settled": json.dumps({TOPIC: 8})}]


async def test_a_replay_of_a_range_brings_what_was_read_and_leaves_the_rest_to_its_turn() -> None:
    database: Any = Lanes()
    items = [decode(reported(f"{offset}")._replace(offset=offset)) for offset in (6, 7, 8, 9)]
    rows = await Plain(database, "provisioning", HORIZON).rows(items, replay())
    assert [row.record.offset for row in rows] == [6, 7]


def test_a_record_that_a_parked_one_of_its_registration_holds_up_is_left_out() -> None:
    item = decode(reported("1"))
    assert fate_of(item, ServiceKnows({}, {KEY}, None, READ), NOW, HORIZON) is Fate.HELD_UP


def test_the_counts_fit_into_80_columns_and_say_what_could_follow() -> None:
    lines = list(fate_lines("provisioning", Counter(dict.fromkeys(Fate, 12_345))))
    assert max(map(len, lines)) <= COLUMNS
    assert lines[0] == "86,415 records through provisioning"
    assert "could follow: provisioning can publish ProvisioningRequested" in " ".join(lines)


def test_where_nothing_would_run_nothing_new_can_follow() -> None:
    first, *others = fate_lines("notifier", Counter({Fate.DONE: 1}), "link-realised")
    assert first == "1 record of link-realised through notifier"
    assert "nothing new can follow" in " ".join(others)


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00:00"), (59.6, "0:01:00"), (3_725, "1:02:05")])
def test_an_estimate_is_hours_minutes_and_seconds(seconds: float, said: str) -> None:
    assert duration(seconds) == said


ASKED = Asked("policy-enriched", "provisioning")


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (Asked("policy-enriched", "notifier"), "notifier does not read policy-enriched"),
        (replace(ASKED, lanes=(LANES,)), f"there is no lane {LANES}"),
        (replace(ASKED, first=3), "name it with --lane"),
        (replace(ASKED, lanes=(1, 2), last=3), "name it with --lane"),
        (replace(ASKED, lanes=(1,), first=4, last=3), "lies before --from"),
        (replace(ASKED, since=NOW, until=NOW), "--until lies before --since"),
        (replace(ASKED, force=Force(mails=True)), "go with --force"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(asked: Asked, fault: str) -> None:
    with pytest.raises(click.UsageError, match=fault):
        asked.checked()


@pytest.mark.parametrize(
    "limits", [{"first": 3}, {"last": 3}, {"first": 3, "last": 3}, {"since": NOW}, {"until": NOW}], ids=str
)
def test_a_range_needs_one_limit_at_most_and_may_hold_one_record(limits: dict[str, Any]) -> None:
    asked = replace(ASKED, lanes=(1,), **limits)
    assert asked.checked() == asked


def test_the_same_range_is_asked_for_in_the_same_words_however_it_was_typed() -> None:
    assert str(replace(ASKED, lanes=(3, 1, 3)).checked()) == str(replace(ASKED, lanes=(1, 3)).checked())
    assert str(ASKED.checked()) == "policy-enriched through provisioning"
    amsterdam, utc = (replace(ASKED, since=moment_of(typed)) for typed in ("2026-11-28T00:00", "2026-11-27T23:00Z"))
    assert str(amsterdam) == str(utc)
    without, mailing = (replace(ASKED, force=Force(True, mails)).checked() for mails in (False, True))
    assert str(without) == str(mailing) == "policy-enriched through provisioning, forced"
    limits = replace(ASKED, lanes=(3,), first=1, last=2, since=NOW, until=NOW + timedelta(1)).checked()
    assert str(limits) == (
        "policy-enriched through provisioning, lanes 3, from 1, to 2, "
        "since 2026-11-22T12:00:00+00:00, until 2026-11-23T12:00:00+00:00"
    )


def bounds(begin: int = 10, end: int = 20, since: int = 10, until: int = 20) -> TopicBounds:
    return TopicBounds({3: begin}, {3: end}, {3: since}, {3: until})


@pytest.mark.parametrize(
    ("first", "last", "held", "range_"),
    [
        (None, None, bounds(), (10, 20)),
        (12, None, bounds(), (12, 20)),
        (None, 12, bounds(), (10, 13)),
        (12, 12, bounds(), (12, 13)),
        (None, None, bounds(since=15, until=18), (15, 18)),
        (16, None, bounds(since=15, until=18), (16, 18)),
    ],
)
def test_a_range_is_what_all_its_limits_leave(
    first: int | None, last: int | None, held: TopicBounds, range_: tuple[int, int]
) -> None:
    asked = replace(ASKED, lanes=(3,), first=first, last=last)
    assert offsets_of(asked, held) == ({3: range_[0]}, {3: range_[1]})


@pytest.mark.parametrize(
    ("first", "last", "held", "fault"),
    [
        (9, None, bounds(), "--from 9 is not in policy-enriched, lane 3: it holds 10 to 19 now"),
        (None, 20, bounds(), "--to 20 is not in"),
        (0, None, bounds(begin=7, end=7), "it is empty now"),
        (None, None, bounds(since=20), "there is no record in this range"),
        (None, None, bounds(since=18, until=12), "there is no record in this range"),
    ],
)
def test_a_range_that_is_not_there_is_said(first: int | None, last: int | None, held: TopicBounds, fault: str) -> None:
    with pytest.raises(click.ClickException, match=fault):
        offsets_of(replace(ASKED, lanes=(3,), first=first, last=last), held)


def test_a_moment_without_an_offset_is_amsterdam_s() -> None:
    assert moment_of("2026-07-01T12:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert moment_of("2026-07-01T12:00Z") == datetime(2026, 7, 1, 12, tzinfo=UTC)
    with pytest.raises(click.BadParameter, match="is not a moment such as"):
        moment_of("noon")
    with pytest.raises(click.BadParameter, match="is not in a year from 1971 to 9998"):
        moment_of("1969-12-31")


def test_a_service_s_topics_are_brought_by_time_and_each_in_its_own_order() -> None:
    def item(event_id: str, minutes: int) -> Received:
        found = decode(reported(event_id, said_at=NOW + timedelta(minutes=minutes)))
        assert isinstance(found, Received)
        return found

    one, two, three, four = item("1", 5), item("2", 1), item("3", 3), item("4", 9)
    names = [event.name for event in INTAKE.consumes]
    assert ProvisioningRefused.name in names
    streams = {names[0]: [[one, two]], ProvisioningRefused.name: [[three, four]], "of-nobody": [[one]]}
    assert in_order(streams, INTAKE) == [three, one, two, four]
