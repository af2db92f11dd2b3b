"""Records decided again although the journal knows them: once in each epoch, under ids of that epoch."""

from uuid import UUID

import pytest
from toy import LANES, NOW, TOPICS, Tally, report
from world import At, World, raising

from schemas.events import PolicyAwaited
from stream.decode import Received, decode
from stream.errors import StoreUnavailable
from stream.identity import forced_id
from stream.known import FORCED
from stream.memory.disturbance import Moment
from stream.new_row import replay_row
from stream.store import OutcomeKind, Row, RowKind

KEYS = [f"registration-{number}" for number in range(4)]
REPLAY = UUID(int=1)


def forced(world: World, epoch: int = 1) -> list[Row]:
    """A row for every record, as a forced replay makes them."""
    records = world.broker.records(TOPICS[0])
    return [replay_row(decode(one), UUID(int=epoch), world.clock.now(), LANES, effect_epoch=epoch) for one in records]


async def handled(said: str = "accepted") -> World:
    world = World.told(report(key, key, said=said) for key in KEYS)
    await (await world.worker()).run_to_death()
    return world


async def force(world: World, epoch: int = 1) -> None:
    world.database.tables.queue_replays(forced(world, epoch))
    await (await world.worker()).run_to_death()


async def test_what_was_done_is_decided_again_and_said_under_ids_of_the_new_epoch() -> None:
    world = await handled()
    await force(world)
    assert world.document(KEYS[0]) == Tally(cycles=(1, 1))
    assert len(set(world.ids(PolicyAwaited.name))) == len(world.ids(PolicyAwaited.name)) == 2 * len(KEYS)
    entries = [entry for entry in world.database.tables.journal.values() if entry.reason == FORCED]
    assert {entry.id for entry in entries} == {
        forced_id(decode(record).id, 1) for record in world.broker.records(TOPICS[0])
    }
    assert not any(row.kind is RowKind.REPLAY for row in world.database.tables.rows.values())


async def test_an_effect_that_is_planned_again_is_another_one_of_the_new_epoch() -> None:
    world = await handled()
    await force(world, epoch=3)
    effects = world.database.tables.effects.values()
    assert sorted((effect.subject, effect.effect_epoch) for effect in effects) == sorted(
        (key, epoch) for key in KEYS for epoch in (0, 3)
    )


async def test_one_epoch_brought_again_changes_nothing_and_another_is_another() -> None:
    world = await handled()
    await force(world)
    before, ids = world.what_came_of_it(), world.ids()
    await force(world)
    assert world.what_came_of_it() == before
    assert set(world.ids()) == set(ids)
    await force(world, epoch=2)
    assert world.document(KEYS[0]) == Tally(cycles=(1, 1, 1))


@pytest.mark.parametrize("call", ["due", "read", "settle", "forget"])
@pytest.mark.parametrize("moment", Moment)
async def test_one_that_is_disturbed_anywhere_comes_to_the_same(call: str, moment: Moment) -> None:
    undisturbed, world = await handled(), await handled()
    await force(undisturbed)
    world.database.tables.queue_replays(forced(world))
    trouble = {At("store", call, moment): raising(StoreUnavailable("gone"))}
    await (await world.worker(trouble, batch=2)).run_to_death()
    assert world.what_came_of_it() == undisturbed.what_came_of_it()


async def test_one_that_is_parked_is_retried_in_its_own_epoch() -> None:
    world = await handled(said="customer_action_needed")
    world.database.tables.rows.clear()  # an operator has discarded what was parked
    await force(world)
    (first, *_) = world.database.tables.rows.values()
    assert (first.kind, first.effect_epoch) == (RowKind.PARKED, 1)
    again = decode(first.record, first)
    assert (again.id, again.attempt) == (first.id, first.attempt + 1)
    assert world.database.tables.journal[first.id].outcome is OutcomeKind.PARK


def test_an_epoch_is_believed_of_a_row_only() -> None:
    record = report(KEYS[0], "1")
    foreign = record._replace(headers=(*record.headers, ("epoch", b"1")))
    plain, item = decode(record), decode(foreign)
    assert isinstance(item, Received)
    assert (item.id, item.effect_epoch) == (plain.id, 0)
    row = replay_row(item, REPLAY, NOW, LANES, effect_epoch=1)
    assert row.id != replay_row(item, UUID(int=2), NOW, LANES, effect_epoch=1).id
