"""Rows of a replay in the queue, and rows that become a record's own; of both stores alike."""

from dataclasses import replace

from databases import Database
from settlements import NOW, blocked, due, entry, handled, id_of, parked, queue, row, said, settle

from stream.store import LaneMove, Row, RowAnswer, RowKind, Store, UnpublishedRow

PARKED_AS_8 = RowAnswer(id_of(1), 0, id_of(8), handled=False, next_attempt=1, reason="WAITS")
"""The row of number 1 brought a record that is parked under an id of its own."""


def replayed(number: int, key: str) -> Row:
    return row(number, key, kind=RowKind.REPLAY, attempt=0)


async def kinds(store: Store) -> list[tuple[int, RowKind]]:
    return [(found.id.int, found.kind) for found in await store.due([3], NOW, 9)]


async def test_replayed_rows_are_taken_in_the_order_in_which_they_were_put(database: Database, store: Store) -> None:
    assert await database.queue_replays([replayed(3, "a"), replayed(1, "a"), replayed(2, "b")]) == 3
    assert sorted(await due(store)) == [1, 2, 3]
    assert [number for number in await due(store) if number != 2] == [3, 1]
    assert {kind for _, kind in await kinds(store)} == {RowKind.REPLAY}


async def test_putting_the_same_replay_again_puts_nothing(database: Database, store: Store) -> None:
    rows = [replayed(1, "a"), replayed(2, "b")]
    assert await database.queue_replays(rows) == 2
    assert await database.queue_replays([*rows, replayed(3, "a")]) == 1
    assert await due(store) == [1, 2, 3]


async def test_a_key_that_a_parked_record_holds_up_is_left_out(database: Database, store: Store) -> None:
    await queue(store, row(1, "a", due_at=None), row(2, "b", due_at=None, blocks=False), row(3, "c"))
    await settle(store, journal=[entry(3, attempt=2)], answers=[handled(3)])
    queued = [replayed(number, key) for number, key in ((4, "a"), (5, "b"), (6, "c"), (7, "d"))]
    assert await database.queue_replays(queued) == 3
    assert await due(store) == [5, 6, 7]


async def test_a_replayed_row_blocks_its_key_until_it_is_handled(database: Database, store: Store) -> None:
    await database.queue_replays([replayed(1, "a")])
    assert set(await blocked(store, {"a"})) == {"a"}
    await settle(store, journal=[entry(9)], answers=[RowAnswer(id_of(1), 0, id_of(9), handled=True, next_attempt=0)])
    assert await store.unpublished([3]) == [UnpublishedRow(id_of(1), 0, handled=True, messages=(said(9),))]
    assert await blocked(store, {"a"}) == {}
    await store.forget(await store.unpublished([3]))
    assert await due(store) == []


async def test_a_row_whose_record_is_parked_becomes_the_record_s_own_and_keeps_its_place(database: Database) -> None:
    store = database.connect()
    await database.queue_replays([replayed(1, "a"), replayed(2, "a")])
    await settle(store, journal=[parked(8)], answers=[PARKED_AS_8])
    assert await store.unpublished([3]) == [UnpublishedRow(id_of(8), 1, handled=False, messages=())]
    await store.forget([PARKED_AS_8])
    assert await store.unpublished([3]) == []
    assert await due(store) == []
    assert set(await blocked(store, {"a"}, {id_of(2)})) == {"a"}


async def test_the_record_s_own_row_is_tried_again_before_what_follows_it(database: Database, store: Store) -> None:
    await database.queue_replays([replayed(1, "a"), replayed(2, "a"), replayed(3, "b")])
    later = replace(PARKED_AS_8, due_at=NOW, reason="NOT_YET")
    held = await store.take_over([3])
    await settle(store, journal=[parked(8)], answers=[later], moves=[LaneMove(3, held[3].epoch, {}, {})])
    await store.forget(await store.unpublished([3]))
    assert [pair for pair in await kinds(store) if pair[0] != 3] == [(8, RowKind.PARKED), (2, RowKind.REPLAY)]


async def test_a_row_keeps_its_epoch_when_its_record_is_parked(database: Database, store: Store) -> None:
    forced = row(1, "a", kind=RowKind.REPLAY, attempt=0, effect_epoch=7)
    assert await database.queue_replays([forced, replayed(2, "b")]) == 2
    assert [found.effect_epoch for found in await store.due([3], NOW, 9)] == [7, 0]
    later = RowAnswer(id_of(1), 0, id_of(8), handled=False, next_attempt=1, due_at=NOW, reason="NOT_YET")
    await settle(store, journal=[parked(8)], answers=[later])
    await store.forget(await store.unpublished([3]))
    assert {(found.id.int, found.effect_epoch) for found in await store.due([3], NOW, 9)} == {(8, 7), (2, 0)}
