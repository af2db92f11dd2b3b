"""An effect that is done wakes its registration, and what is said because of it is said once, as any outcome is."""

from datetime import timedelta

from toy import LANES, NOW, event_of, fold, report, tally

from stream.answer import Result
from stream.decode import Item, Received, decode
from stream.identity import time_prefix
from stream.lane import lane_of
from stream.memory.tables import Tables
from stream.service import Done
from stream.store import EffectRow, OutcomeKind, Recorded

A = "registration-a"
BEFORE = NOW - timedelta(minutes=1)
(EFFECT,) = fold([decode(report(A, "1", cycle=7))]).settlement([]).effects


def woken(effect: EffectRow = EFFECT) -> Item:
    """What the worker takes from the queue once the effect is done, however often that was noted."""
    tables = Tables(effects={effect.id: effect})
    tables.wake_done(effect.id, BEFORE, NOW)
    tables.wake_done(effect.id, NOW, NOW)
    assert tables.due([lane_of(A, LANES)], NOW, 9) == []
    (row,) = tables.due([lane_of(A, LANES)], NOW + timedelta(seconds=1), 9)
    return decode(row.record, row)


def test_a_done_effect_is_told_to_its_registration_as_it_was_planned() -> None:
    item = woken()
    assert isinstance(item, Received)
    assert (item.subject, item.id, item.cause) == (A, EFFECT.id, Done("told", "cycle 7", "applicant", 0, BEFORE))


def test_what_is_said_of_it_has_the_effects_id_as_its_cause_and_its_own_id_whoever_says_it_and_when() -> None:
    first, later = (
        event_of(fold([woken()], states=tally(A, correlation="root"), now=now).messages[0]).envelope
        for now in (NOW, NOW + timedelta(days=1))
    )
    assert (first.causation, first.correlation, first.subject) == (str(EFFECT.id), "root", A)
    assert first.id == later.id
    assert time_prefix(first.id) == int(BEFORE.timestamp() * 1000).to_bytes(6, "big")


def test_each_effect_is_said_under_an_id_of_its_own() -> None:
    (other,) = fold([decode(report(A, "2", cycle=8))]).settlement([]).effects
    one, another = (event_of(message).envelope.id for message in fold([woken(), woken(other)]).messages)
    assert one != another


def test_noted_again_after_it_was_said_it_is_answered_with_what_was_recorded() -> None:
    once = fold([woken()])
    recorded = {EFFECT.id: Recorded(b"", 1, OutcomeKind.EMIT, tuple(once.messages))}
    twice = fold([woken()], recorded=recorded, now=NOW + timedelta(days=1))
    assert [answer.result for answer in twice.answers] == [Result.REPEATED]
    assert (twice.messages, twice.settlement([]).journal) == (once.messages, [])


def test_behind_a_parked_record_of_its_key_it_waits_in_the_queue() -> None:
    folded = fold([woken()], blocked={A: 0})
    assert [answer.result for answer in folded.answers] == [Result.LEFT]
    assert folded.row_answers == []


def test_long_after_it_was_planned_it_is_said_all_the_same() -> None:
    assert [answer.result for answer in fold([woken()], now=NOW + timedelta(days=2_000)).answers] == [Result.EMITTED]
