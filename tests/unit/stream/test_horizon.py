"""The replay horizon: what may have been pruned from the journal is never handled as if it were new."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import LANES, NOW, Tally, again, fold, garbage, report, row_of
from world import At, Killed, World, raising

from schemas.topics import event_topics
from stream.answer import Result
from stream.decode import Item, decode
from stream.document import DocumentKey
from stream.fold import Fold
from stream.horizon import HORIZON
from stream.identity import wake_up_id
from stream.memory.disturbance import Moment
from stream.new_row import replay_row
from stream.record import Record
from stream.store import WAKE_UP_TOPIC, OutcomeKind, Recorded, Row, RowKind, StateRow

KEY = "registration-a"
INSTANT = timedelta(microseconds=1)


def at(age: timedelta) -> dict[str, Any]:
    """The clock as it stands when what was said at NOW is that old."""
    return {"now": NOW + age}


def reason(folded: Fold) -> tuple[Result, str]:
    (answer,) = folded.answers
    return answer.result, answer.reason


def test_the_default_horizon_lies_beyond_what_any_topic_keeps() -> None:
    assert max(int(topic.settings["retention.ms"]) for topic in event_topics()) < HORIZON.total_seconds() * 1000


def test_an_old_record_that_nobody_knows_is_parked_and_blocks_nothing() -> None:
    folded = fold([decode(report(KEY, "1"))], **at(HORIZON + INSTANT))
    assert reason(folded) == (Result.PARKED, "TOO_OLD")
    (row,) = folded.settlement([]).new_rows
    assert (row.kind, row.due_at, row.blocks) == (RowKind.PARKED, None, False)
    assert folded.settlement([]).effects == []


def test_a_record_just_within_the_horizon_is_handled() -> None:
    assert reason(fold([decode(report(KEY, "1"))], **at(HORIZON)))[0] is Result.EMITTED


def test_the_horizon_is_a_setting() -> None:
    folded = fold([decode(report(KEY, "1"))], **at(timedelta(days=2)), horizon=timedelta(days=1))
    assert reason(folded)[1] == "TOO_OLD"


def test_an_old_record_that_is_in_the_journal_is_answered_as_ever() -> None:
    item = decode(report(KEY, "1"))
    recorded = {item.id: Recorded(item.hash, 1, OutcomeKind.EMIT, ())}
    assert reason(fold([item], recorded=recorded, **at(2 * HORIZON)))[0] is Result.REPEATED


def parked_at(age: timedelta) -> tuple[Item, dict[object, Recorded]]:
    """A record that was parked when it was that old, taken up again."""
    record = report(KEY, "1")
    item = decode(record, replace(row_of(record), first_at=NOW + age))
    return item, {item.id: Recorded(item.hash, 1, OutcomeKind.PARK, ())}


def test_what_was_parked_in_time_may_wait_for_years() -> None:
    item, recorded = parked_at(timedelta(days=3))
    assert reason(fold([item], recorded=recorded, **at(3 * HORIZON)))[0] is Result.EMITTED


def test_trying_again_what_was_too_old_does_not_make_it_younger() -> None:
    item, recorded = parked_at(HORIZON + INSTANT)
    assert reason(fold([item], recorded=recorded, **at(3 * HORIZON))) == (Result.PARKED, "TOO_OLD")


def test_what_a_clock_that_ran_ahead_found_too_old_can_be_tried_again_when_it_is_right() -> None:
    item, recorded = parked_at(HORIZON + INSTANT)
    assert reason(fold([item], recorded=recorded, **at(timedelta(days=3))))[0] is Result.EMITTED


def test_a_row_that_only_carries_a_record_makes_it_no_younger() -> None:
    record = report(KEY, "1")
    carrier = replace(row_of(record, attempt=0, kind=RowKind.MOVED), id=decode(garbage()).id, first_at=NOW)
    assert reason(fold([decode(record, carrier)], **at(HORIZON + INSTANT)))[1] == "TOO_OLD"


def test_what_was_pruned_is_too_old_however_wide_the_horizon_is() -> None:
    item = decode(report(KEY, "1"))
    for line, result in ((NOW + INSTANT, Result.PARKED), (NOW, Result.EMITTED)):
        folded = fold([item], **at(timedelta(days=9)), horizon=timedelta(days=9_999), pruned_up_to=line)
        assert reason(folded)[0] is result


def test_a_line_that_lies_before_the_horizon_makes_nothing_younger() -> None:
    folded = fold([decode(report(KEY, "1"))], **at(HORIZON + INSTANT), pruned_up_to=NOW - timedelta(days=9))
    assert reason(folded) == (Result.PARKED, "TOO_OLD")


def test_what_waits_in_the_queue_is_not_forgotten_when_the_line_passes_it() -> None:
    item, recorded = parked_at(timedelta(days=3))
    folded = fold([item], recorded=recorded, **at(3 * HORIZON), pruned_up_to=NOW + HORIZON)
    assert reason(folded)[0] is Result.EMITTED


@pytest.mark.parametrize(("line", "result"), [(INSTANT, Result.PARKED), (timedelta(0), Result.EMITTED)])
def test_what_was_parked_as_forgotten_stays_so_and_what_lay_behind_a_shorter_horizon_does_not(
    line: timedelta, result: Result
) -> None:
    item, _ = parked_at(timedelta(days=3))
    recorded = {item.id: Recorded(item.hash, 1, OutcomeKind.PARK, (), "TOO_OLD")}
    assert reason(fold([item], recorded=recorded, **at(3 * HORIZON), pruned_up_to=NOW + line))[0] is result


def due(waited: timedelta) -> Item:
    """A deadline at NOW, seen so long after it."""
    value = b'{"kind": "tally", "key": "registration-a", "at": "%s"}' % NOW.isoformat().encode()
    record = Record(WAKE_UP_TOPIC, 0, 0, None, value, ())
    return decode(record, Row(wake_up_id(value), 0, KEY, RowKind.WAKE_UP, 0, record, b"", NOW + waited))


@pytest.mark.parametrize(
    ("waited", "result"), [(HORIZON, Result.EMITTED), (HORIZON + INSTANT, Result.PARKED)], ids=["in time", "too late"]
)
def test_a_deadline_counts_from_itself_however_long_it_was_waited_for(waited: timedelta, result: Result) -> None:
    states = {DocumentKey("tally", KEY): StateRow(Tally())}
    assert reason(fold([due(waited)], states=states, **at(3 * HORIZON)))[0] is result


@given(st.timedeltas(-2 * HORIZON, 2 * HORIZON), st.timedeltas(timedelta(0), 3 * HORIZON))
def test_what_can_be_pruned_is_too_old_ever_after(ahead: timedelta, later: timedelta) -> None:
    """By whatever clock a publisher dates its events: `first_at` beyond the horizon means beyond it for good."""
    folded = fold([decode(report(KEY, "1"))], now=NOW - ahead)
    (entry,) = folded.settlement([]).journal
    now = NOW - ahead + later
    again = fold([decode(report(KEY, "1"))], now=now)
    if now - entry.first_at > HORIZON:
        assert reason(again) == (Result.PARKED, "TOO_OLD")
    line = entry.first_at + INSTANT
    wide = fold([decode(report(KEY, "1"))], now=now, horizon=9 * HORIZON, pruned_up_to=line)
    assert reason(wide) == (Result.PARKED, "TOO_OLD")


async def test_a_worker_judges_by_its_own_clock() -> None:
    world = World.told([report(KEY, "1"), again(report(KEY, "2")).record])
    world.clock.advance((HORIZON + timedelta(seconds=1)).total_seconds())
    await (await world.worker()).run()
    assert [answer.reason for answer in world.answers] == ["TOO_OLD"] * 2
    assert world.database.tables.effects == {}


async def lived(world: World, *killed_at: At) -> bool:
    """A worker's life, to its end or to where it is killed; which of the two."""
    return await (await world.worker({at: raising(Killed()) for at in killed_at})).run_to_death()


async def test_what_a_worker_finds_pruned_is_parked_and_has_no_second_effect() -> None:
    world = World.told([report(KEY, "1")])
    await lived(world)
    before = world.database.snapshot()
    assert world.database.tables.prune(NOW + timedelta(days=1)) == 1
    world.say([report(KEY, "1")])
    await lived(world)
    assert [answer.reason for answer in world.answers] == ["", "TOO_OLD"]
    after = world.database.tables
    assert (after.effects, after.states) == (before.effects, before.states)


async def test_a_repeat_between_the_two_positions_whose_entry_was_pruned_meanwhile_stops_nobody() -> None:
    world = World.told([report(KEY, "1")])
    await lived(world)
    world.say([report(KEY, "1")])
    assert await lived(world, At("store", "settle", Moment.AFTER))
    world.database.tables.prune(NOW + timedelta(days=1))
    world.say([report("registration-b", "2")])
    await lived(world)
    assert [answer.reason for answer in world.answers] == ["", "TOO_OLD"]


async def test_a_row_whose_answer_was_pruned_meanwhile_is_let_go() -> None:
    world = World.told([report(KEY, "1")])
    await lived(world)
    item = decode(report(KEY, "1"))
    world.database.tables.queue_replays([replay_row(item, UUID(int=1), world.clock.now(), LANES)])
    assert await lived(world, At("store", "forget", Moment.BEFORE))
    assert world.database.tables.prune(NOW + timedelta(days=1)) == 0
    world.database.tables.journal.clear()
    await lived(world)
    assert world.database.tables.rows == {}
