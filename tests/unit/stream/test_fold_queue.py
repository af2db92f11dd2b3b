"""Keys that are blocked, records that are tried again, and what holds for every batch."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import NOW, again, decide, event_of, fold, garbage, parked_before, report, row_of, service

from schemas.events import DeadLettered
from stream.answer import Result
from stream.decode import Item, decode
from stream.errors import Refused, Rival
from stream.fold import RETRY_S, Fold
from stream.service import Park
from stream.store import OutcomeKind, Recorded, RowKind

A, B = "registration-a", "registration-b"


def results(folded: Fold) -> list[Result]:
    return [answer.result for answer in folded.answers]


def test_what_follows_a_parked_record_of_its_key_queues_behind_it() -> None:
    batch = [report(A, "1", said="failed"), report(A, "2", offset=1), report(B, "3"), report(A, "4", offset=2)]
    folded = fold([decode(record) for record in batch])
    assert results(folded) == [Result.PARKED, Result.QUEUED, Result.EMITTED, Result.QUEUED]

    rows = folded.settlement([]).new_rows
    assert [(row.kind, row.record.offset, row.blocks) for row in rows] == [
        (RowKind.PARKED, 0, True),
        (RowKind.QUEUED, 1, True),
        (RowKind.QUEUED, 2, True),
    ]
    assert [row.due_at for row in rows] == [None, NOW, NOW]
    assert [(entry.outcome, entry.reason) for entry in folded.settlement([]).journal] == [
        (OutcomeKind.PARK, "NOT_POSSIBLE"),
        (OutcomeKind.PARK, "BLOCKED"),
        (OutcomeKind.EMIT, None),
        (OutcomeKind.PARK, "BLOCKED"),
    ]


def test_a_key_that_an_earlier_row_blocks_queues_what_comes_from_kafka() -> None:
    folded = fold([decode(report(A, "1")), decode(report(B, "2"))], blocked={A: 17})
    assert results(folded) == [Result.QUEUED, Result.EMITTED]


@pytest.mark.parametrize("park", [Park("WAITS", blocks=False), Park("WAITS", retry=True, blocks=False)])
def test_a_record_that_waits_for_another_of_its_key_lets_it_by(park: Park) -> None:
    toy = service(lambda case: park if case.envelope and case.envelope.id == "1" else decide(case))
    folded = fold([decode(report(A, "1")), decode(report(A, "2", offset=1))], toy=toy)
    assert results(folded)[1] == Result.EMITTED
    assert not folded.settlement([]).new_rows[0].blocks


def test_a_row_goes_before_rows_behind_it_and_waits_for_those_before_it() -> None:
    record = report(A, "1")
    recorded = parked_before(record)
    assert results(fold([again(record, seq=5)], recorded=recorded, blocked={A: 6})) == [Result.EMITTED]
    assert results(fold([again(record, seq=5)], recorded=recorded, blocked={A: 4})) == [Result.LEFT]


def test_rows_behind_one_that_is_parked_again_are_left_for_later() -> None:
    first, second = report(A, "1", said="customer_action_needed"), report(A, "2", offset=1)
    batch = [again(first, seq=1), again(second, seq=2, kind=RowKind.QUEUED)]
    folded = fold(batch, recorded=parked_before(first) | parked_before(second))
    assert results(folded) == [Result.RETRY, Result.LEFT]
    assert [answer.attempt for answer in folded.answers] == [2, 1]
    assert [answer.id for answer in folded.row_answers] == [batch[0].id]


def test_queued_rows_are_decided_in_their_order_once_the_first_is_done() -> None:
    records = [report(A, str(number), offset=number, cycle=number + 1) for number in range(3)]
    recorded = {key: value for record in records for key, value in parked_before(record).items()}
    folded = fold([again(record, seq=seq) for seq, record in enumerate(records)], recorded=recorded)
    assert results(folded) == [Result.EMITTED] * 3
    assert [message.revision for message in folded.messages] == [1, 2, 3]
    assert [(entry.attempt, entry.outcome) for entry in folded.settlement([]).journal] == [(2, OutcomeKind.EMIT)] * 3


def test_a_record_is_tried_again_after_growing_delays_and_then_by_a_human() -> None:
    record = report(A, "1", said="customer_action_needed")
    folded = fold([decode(record)])
    delays = [folded.settlement([]).new_rows[0].due_at]
    letters = [folded.messages]
    for attempt in range(1, len(RETRY_S) + 3):
        folded = fold([again(record, attempt=attempt)], recorded=parked_before(record, attempt))
        delays.append(folded.row_answers[0].due_at)
        letters.append(folded.messages)
        assert folded.row_answers[0].next_attempt == attempt + 1

    expected = [NOW + timedelta(seconds=delay) for delay in RETRY_S]
    assert delays == [*expected, None, None, None]
    assert [len(group) for group in letters] == [0] * len(RETRY_S) + [1, 1, 1]


def test_each_attempt_that_ends_with_a_human_is_a_dead_letter_of_its_own() -> None:
    record = report(A, "1", said="failed")
    first = fold([decode(record)]).messages
    second = fold([again(record)], recorded=parked_before(record)).messages
    third = fold([again(record, attempt=2)], recorded=parked_before(record, attempt=2)).messages
    ids = [event_of(message).envelope.id for message in (*first, *second, *third)]
    assert len(set(ids)) == 3
    assert {message.topic for message in (*first, *second, *third)} == {DeadLettered.name}


@pytest.mark.parametrize("attempt", [1, 2, 7])
def test_what_is_emitted_at_last_has_the_ids_it_would_have_had_at_once(attempt: int) -> None:
    record = report(A, "1", said="configured")
    at_once = fold([decode(record)]).messages
    at_last = fold([again(record, attempt=attempt)], recorded=parked_before(record, attempt)).messages
    assert [event_of(m).envelope.id for m in at_last] == [event_of(m).envelope.id for m in at_once]


def test_an_attempt_that_somebody_else_made_meanwhile_is_a_rivals() -> None:
    record = report(A, "1")
    with pytest.raises(Rival):
        fold([again(record, attempt=1)], recorded=parked_before(record, attempt=2))


def test_a_record_that_can_still_not_be_read_is_parked_again_under_its_place() -> None:
    record = garbage(offset=4)
    folded = fold([again(record)], recorded=parked_before(record))
    assert results(folded) == [Result.PARKED]
    (answer,) = folded.row_answers
    assert (answer.id, answer.handled, answer.next_attempt, answer.blocks) == (decode(record).id, False, 2, False)


def test_of_a_record_that_can_not_be_read_nothing_is_kept_that_the_database_refuses() -> None:
    folded = fold([decode(garbage())], blamed=Refused("DATABASE_REFUSED_22021"))
    assert [(row.reason, row.trace) for row in folded.settlement([]).new_rows] == [("HEADER_MISSING", None)]


def test_a_second_body_that_is_tried_again_is_still_a_second_body() -> None:
    first, second = report(A, "1"), report(A, "1", cycle=2)
    own = fold([decode(first), decode(second)]).settlement([]).new_rows[0]
    recorded = {decode(first).id: Recorded(decode(first).hash, 1, OutcomeKind.EMIT, ())}
    recorded[own.id] = Recorded(own.hash, 1, OutcomeKind.PARK, ())
    row = replace(row_of(second), id=own.id)
    folded = fold([decode(second, row)], recorded=recorded)
    assert (folded.answers[0].reason, folded.row_answers[0].next_attempt) == ("ID_REUSED", 2)


@pytest.mark.parametrize("kind", [RowKind.MOVED, RowKind.REPLAY])
def test_a_row_that_brought_a_record_which_has_to_wait_becomes_the_record_s_own_in_its_place(kind: RowKind) -> None:
    record = report(A, "1", said="customer_action_needed")
    row = replace(row_of(record, attempt=0, kind=kind), id=decode(garbage()).id)
    folded = fold([decode(record, row)])
    (answer,) = folded.row_answers
    assert (answer.id, answer.row_id, answer.handled, answer.next_attempt) == (row.id, decode(record).id, False, 1)
    assert folded.settlement([]).new_rows == []


SAID = st.sampled_from(["accepted", "configured", "failed", "customer_action_needed"])
REPORTS = st.lists(
    st.tuples(st.sampled_from([A, B, "registration-c"]), st.integers(0, 7), SAID, st.none() | st.integers(1, 5)),
    max_size=25,
)


def batch_of(drawn: Sequence[tuple[str, int, str, int | None]]) -> list[Item]:
    """Records of a few keys, among them repeats and second bodies of the same ids."""
    return [
        decode(report(key, f"{key}/{number}", offset=offset, said=said, revision=revision))
        for offset, (key, number, said, revision) in enumerate(drawn)
    ]


@given(REPORTS)
def test_every_record_is_answered_once_and_every_id_recorded_once(
    drawn: list[tuple[str, int, str, int | None]],
) -> None:
    batch = batch_of(drawn)
    folded = fold(batch)
    settlement = folded.settlement([])
    assert [answer.item.record for answer in folded.answers] == [item.record for item in batch]
    assert all(count == 1 for count in Counter(entry.id for entry in settlement.journal).values())
    assert {item.id for item in batch} <= {entry.id for entry in settlement.journal}
    assert {row.id for row in settlement.new_rows} == {
        entry.id for entry in settlement.journal if entry.outcome is OutcomeKind.PARK
    }


@given(REPORTS)
def test_what_is_said_about_a_key_counts_up_without_a_gap_and_nothing_is_said_behind_a_blocked_one(
    drawn: list[tuple[str, int, str, int | None]],
) -> None:
    folded = fold(batch_of(drawn))
    for key in {key for key, *_ in drawn}:
        revisions = [m.revision for m in folded.messages if m.key == key and m.topic != DeadLettered.name]
        assert revisions == list(range(1, len(revisions) + 1))
        ends = [answer.result for answer in folded.answers if getattr(answer.item, "subject", "") == key]
        decided = [end for end in ends if end in (Result.EMITTED, Result.IGNORED, Result.QUEUED)]
        assert all(not (before is Result.QUEUED and after is not Result.QUEUED) for before, after in pairwise(decided))


@given(REPORTS, st.integers(0, 25))
def test_a_batch_cut_in_two_comes_to_the_same_as_the_whole(
    drawn: list[tuple[str, int, str, int | None]], cut: int
) -> None:
    batch = batch_of(drawn)
    whole, first = fold(batch), fold(batch[:cut])
    settled = first.settlement([])
    recorded = {e.id: Recorded(e.hash, e.attempt, e.outcome, e.messages) for e in settled.journal}
    blocked = {row.key: 1 for row in settled.new_rows if row.blocks}
    states = {key: state for key, (_, state) in settled.states.items()}
    second = fold(batch[cut:], recorded=recorded, blocked=blocked, states=states)

    assert [*results(first), *results(second)] == results(whole)
    assert [*settled.journal, *second.settlement([]).journal] == whole.settlement([]).journal
