"""What the worker believes of the redelivery queue: order, gaps, wake-ups and answers; of both stores alike."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from databases import Case, Database
from settlements import (
    LATER,
    NOW,
    blocked,
    due,
    entry,
    handled,
    id_of,
    parked,
    parked_again,
    queue,
    recorded_by,
    row,
    said,
    settle,
    states,
)

from stream.decode import Received, decode
from stream.document import Document, DocumentKey, Gate
from stream.errors import Rival
from stream.service import Due, Opened
from stream.store import TICK_ROWS_MAX, WAKE_UP_TOPIC, LaneMove, RowKind, StateRow, Store, UnpublishedRow

SOON = NOW + timedelta(minutes=1)


async def woken(store: Store) -> list[Due | Opened]:
    """The wake-ups that can be taken now."""
    items = [decode(found.record, found) for found in await store.due([3], LATER, 250)]
    return [item.cause for item in items if isinstance(item, Received) and isinstance(item.cause, Due | Opened)]


async def answer_wake_ups(store: Store) -> int:
    """Handle all the wake-ups that can be taken, changing nothing."""
    ids = [found.id for found in await store.due([3], LATER, 1000)]
    journal = [entry(id_.int, messages=()) for id_ in ids]
    await settle(store, journal=journal, answers=[handled(id_.int, attempt=0) for id_ in ids])
    await store.forget(await store.unpublished([3]))
    return len(ids)


@pytest.mark.parametrize("blocks", [True, False])
async def test_a_row_comes_back_with_its_record_as_it_was(store: Store, blocks: bool) -> None:  # noqa: FBT001
    queued = row(1, "a", kind=RowKind.QUEUED, attempt=1, blocks=blocks)
    await queue(store, queued)
    (found,) = await store.due([3], NOW, 9)
    assert found == replace(queued, seq=found.seq)


async def test_a_row_says_whether_it_blocks_since_it_was_parked_again(store: Store) -> None:
    await queue(store, row(1, "a"))
    again = replace(parked_again(1, due_at=NOW), blocks=False)
    await settle(store, journal=[parked(1, attempt=2)], answers=[again])
    await store.forget(await store.unpublished([3]))
    assert [found.blocks for found in await store.due([3], NOW, 9)] == [False]


async def test_rows_are_taken_by_due_time_across_keys(store: Store) -> None:
    await queue(store, row(1, "a", due_at=NOW), row(2, "b", due_at=NOW - timedelta(1)), row(3, "c", due_at=SOON))
    assert await due(store) == [2, 1]
    assert await due(store, SOON) == [2, 1, 3]


async def test_rows_of_a_key_are_taken_in_order_of_their_arrival_after_its_head(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "b"), row(3, "a", due_at=NOW - timedelta(1)), row(4, "a"))
    assert await due(store) == [1, 2, 3, 4]


@pytest.mark.parametrize("waits_until", [SOON, None])
async def test_a_row_that_has_to_wait_holds_up_the_rows_behind_it(store: Store, waits_until: datetime | None) -> None:
    await queue(store, row(1, "a"), row(2, "a", due_at=waits_until), row(3, "a"), row(4, "b"))
    assert await due(store) == [1, 4]
    await settle(store, journal=[entry(1, attempt=2)], answers=[handled(1)])
    assert await due(store) == [4]


async def test_a_row_that_does_not_block_holds_up_nothing_and_waits_behind_what_blocks(store: Store) -> None:
    await queue(store, row(1, "a", due_at=None, blocks=False), row(2, "a"), row(3, "b", due_at=None))
    await queue(store, row(4, "b", blocks=False), row(5, "b"))
    assert await due(store) == [2]


async def test_each_row_is_taken_once_however_many_heads_its_key_has(store: Store) -> None:
    await queue(store, row(1, "a", blocks=False), row(2, "a"), row(3, "a"), row(4, "a", blocks=False))
    assert await due(store) == [1, 2, 3]


async def test_no_more_rows_are_taken_than_asked_for_and_none_out_of_order(store: Store) -> None:
    await queue(store, *(row(number, "a") for number in range(1, 6)), row(6, "b"))
    assert await due(store, limit=1) == [1]
    assert await due(store, limit=4) == [1, 6, 2, 3]


async def test_only_rows_of_the_lanes_asked_for_are_taken(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "b", lane=4))
    assert await due(store, lanes=[3]) == [1]
    assert sorted(await due(store, lanes=[3, 4])) == [1, 2]
    assert await due(store, lanes=[5]) == []


async def test_a_key_is_blocked_by_its_first_unhandled_row_that_is_not_taken(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "a", due_at=None), row(3, "b", blocks=False), row(4, "c"))
    seq = {found.key: found.seq for found in await store.due([3], NOW, 9)}

    assert await blocked(store, {"a", "b", "c", "d"}) == {"a": seq["a"], "c": seq["c"]}
    assert await blocked(store, {"a", "b"}, {id_of(1)}) == {"a": seq["a"] + 1}
    assert await blocked(store, {"a", "b"}, {id_of(1), id_of(2)}) == {}
    assert await blocked(store, []) == {}


async def test_a_handled_row_blocks_no_more_and_a_parked_one_does(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "b"))
    again = [entry(1, attempt=2), parked(2, attempt=2)]
    await settle(store, journal=again, answers=[handled(1), parked_again(2, due_at=NOW)])
    assert set(await blocked(store, {"a", "b"})) == {"b"}
    assert await due(store) == []


async def test_a_row_that_was_answered_is_not_taken_again_behind_one_that_was_not(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "a"), row(3, "a"), row(4, "b"), row(5, "b"))
    again = [parked(2, attempt=2), entry(5, attempt=2)]
    await settle(store, journal=again, answers=[parked_again(2, due_at=NOW), handled(5)])
    assert await due(store) == [1, 4]


async def test_answers_are_told_in_the_order_of_their_rows_until_they_are_forgotten(store: Store) -> None:
    await queue(store, row(1, "a"), row(2, "b", kind=RowKind.QUEUED), row(3, "c", lane=4))
    await settle(store, journal=[parked(2, attempt=2)], answers=[parked_again(2, due_at=NOW)])
    await settle(store, journal=[entry(1, attempt=2), entry(3, attempt=2)], answers=[handled(1), handled(3)])

    unpublished = await store.unpublished([3])
    assert unpublished == [
        UnpublishedRow(id_of(1), 1, handled=True, messages=(said(1),)),
        UnpublishedRow(id_of(2), 2, handled=False, messages=()),
    ]
    await store.forget(unpublished)

    assert await store.unpublished([3]) == []
    assert [found.row_id for found in await store.unpublished([4])] == [id_of(3)]
    (freed,) = await store.due([3], NOW, 9)
    assert (freed.id, freed.attempt, freed.kind) == (id_of(2), 2, RowKind.PARKED)


async def test_a_row_parked_again_waits_as_its_answer_says_under_the_id_of_its_record(store: Store) -> None:
    await queue(store, row(1, "a"))
    again = replace(parked_again(1, due_at=LATER), answered_by=id_of(2))
    await settle(store, journal=[parked(2)], answers=[again])
    await store.forget(await store.unpublished([3]))
    assert await due(store, SOON) == []
    assert await due(store, LATER) == [2]


@pytest.mark.parametrize("ends_handled", [False, True])
async def test_a_late_forget_leaves_what_was_answered_since(store: Store, ends_handled: bool) -> None:  # noqa: FBT001
    await queue(store, row(1, "a"))
    first = parked_again(1, due_at=NOW)
    await settle(store, journal=[parked(1, attempt=2)], answers=[first])
    await store.forget(await store.unpublished([3]))
    second = handled(1, attempt=2) if ends_handled else parked_again(1, attempt=2, due_at=NOW)
    await settle(store, journal=[(entry if ends_handled else parked)(1, attempt=3)], answers=[second])

    await store.forget([first])

    assert [found.row_id for found in await store.unpublished([3])] == [id_of(1)]


async def test_a_row_that_moved_on_from_the_attempt_that_was_taken_is_a_rival(store: Store) -> None:
    await queue(store, row(1, "a"))
    answers = [parked_again(1, due_at=NOW)]
    await settle(store, journal=[parked(1, attempt=2)], answers=answers)
    for late in (answers, [handled(1, attempt=2)], [handled(9)]):
        with pytest.raises(Rival):
            await settle(store, journal=[entry(5)], answers=late)
    await store.forget(await store.unpublished([3]))
    with pytest.raises(Rival):
        await settle(store, journal=[entry(5)], answers=answers)
    assert await recorded_by(store, [id_of(5)]) == {}


async def test_only_a_moved_row_may_stand_already(store: Store) -> None:
    moved = row(1, "a", kind=RowKind.MOVED, attempt=0)
    await settle(store, new_rows=[moved, moved])
    await settle(store, new_rows=[moved])
    assert await due(store) == [1]
    with pytest.raises(Rival):
        await settle(store, journal=[parked(2)], new_rows=[row(2, "b"), row(1, "a"), replace(moved, id=id_of(3))])
    with pytest.raises(Rival):
        await settle(store, journal=[parked(2)], new_rows=[row(2, "b"), row(2, "b")])
    assert await recorded_by(store, [id_of(2)]) == {}


async def saved(store: Store, key: str, document: Document, lane: int = 3) -> None:
    await settle(store, states=states(lane, **{key: document}))


async def test_a_document_wakes_when_it_is_due_and_not_before(store: Store) -> None:
    await saved(store, "a", Case(due_at=SOON))
    await saved(store, "other lane", Case(due_at=NOW), lane=4)
    await saved(store, "never", Case())
    assert await store.tick([3], NOW) == 0
    assert await store.tick([3], SOON) == 1

    (found,) = await store.due([3], SOON, 9)
    assert (found.key, found.lane, found.kind, found.attempt) == ("a", 3, RowKind.WAKE_UP, 0)
    assert found.record.topic == WAKE_UP_TOPIC
    (cause,) = await woken(store)
    assert isinstance(cause, Due)
    assert (cause.document, cause.at) == (("case", "a"), SOON)


async def test_a_deadline_wakes_once_and_a_new_one_wakes_again(store: Store) -> None:
    await saved(store, "a", Case(due_at=NOW))
    assert [await store.tick([3], NOW), await store.tick([3], SOON)] == [1, 0]
    assert await answer_wake_ups(store) == 1
    assert await store.tick([3], SOON) == 0
    await saved(store, "a", Case(due_at=SOON))
    assert await store.tick([3], SOON) == 1


def gate(*, is_open: bool, revision: int) -> Mapping[DocumentKey, tuple[int, StateRow]]:
    return {DocumentKey("gate", "here"): (5, StateRow(Gate(open=is_open), revision))}


async def test_a_document_wakes_whenever_a_gate_opens_for_as_long_as_it_waits(store: Store) -> None:
    await saved(store, "a", Case(waits_for=("elsewhere", "here")))
    await saved(store, "b", Case(waits_for=("elsewhere",)))
    assert await store.tick([3], NOW) == 0
    await settle(store, states=gate(is_open=False, revision=1))
    assert await store.tick([3], NOW) == 0

    await settle(store, states=gate(is_open=True, revision=2))
    assert [await store.tick([3], NOW), await store.tick([3], NOW)] == [1, 0]
    (cause,) = await woken(store)
    assert isinstance(cause, Opened)
    assert (cause.document, cause.gate) == (("case", "a"), "here")

    assert await answer_wake_ups(store) == 1
    assert await store.tick([3], NOW) == 0
    await settle(store, states=gate(is_open=True, revision=4))
    assert await store.tick([3], NOW) == await answer_wake_ups(store) == 1

    await saved(store, "a", Case())
    await settle(store, states=gate(is_open=True, revision=5))
    assert await store.tick([3], NOW) == 0


async def test_a_document_that_waits_anew_for_a_gate_that_is_open_wakes_again(store: Store) -> None:
    await settle(store, states=gate(is_open=True, revision=2))
    await saved(store, "a", Case(waits_for=("here",)))
    assert await store.tick([3], NOW) == await answer_wake_ups(store) == 1

    anew = {DocumentKey("case", "a"): (3, StateRow(Case(waits_for=("here",)), 2))}
    await settle(store, states=anew)
    assert [await store.tick([3], NOW), await store.tick([3], NOW)] == [1, 0]


async def test_more_documents_than_fit_wake_one_lot_after_the_other(store: Store) -> None:
    keys = [f"{number:04}" for number in range(TICK_ROWS_MAX + 20)]
    await settle(store, states=states(**{key: Case(due_at=NOW) for key in keys}))
    assert [await store.tick([3], NOW) for _ in range(3)] == [TICK_ROWS_MAX, 20, 0]


async def test_wake_ups_that_wait_behind_others_keep_no_document_asleep(store: Store) -> None:
    stuck = [f"{number:04}" for number in range(TICK_ROWS_MAX)]
    await settle(store, states=states(**{key: Case(due_at=NOW) for key in stuck}))
    await store.tick([3], NOW)
    await saved(store, "late", Case(due_at=SOON))
    assert await store.tick([3], SOON) == 1
    assert await answer_wake_ups(store) == TICK_ROWS_MAX + 1
    await saved(store, "later", Case(due_at=LATER))
    assert await store.tick([3], LATER) == 1


async def test_a_lane_taken_over_has_its_rows_taken_by_its_holder_alone(database: Database) -> None:
    former, holder = database.connect(), database.connect()
    epoch = (await former.take_over([3]))[3].epoch
    await queue(former, row(1, "a"))
    taken = (await holder.take_over([3]))[3].epoch
    await settle(holder, journal=[entry(1, attempt=2)], answers=[handled(1)], moves=[LaneMove(3, taken, {}, {})])
    with pytest.raises(Rival):
        await settle(former, journal=[entry(1, attempt=2)], answers=[handled(1)], moves=[LaneMove(3, epoch, {}, {})])
