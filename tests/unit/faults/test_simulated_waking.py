from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from faults.simulation.clock import START
from faults.simulation.process import Parts
from faults.simulation.waking import IDLE_S_MAX
from faults.simulation.world import World
from stream.record import Record
from stream.store import WAKE_UP_TOPIC, Row, RowKind
from stream.transport import Assignment

NOTIFIER = "notifier"
DUE_S = 5.0


def queue(world: World, lane: int) -> None:
    tables = world.databases[NOTIFIER].tables
    record = Record(WAKE_UP_TOPIC, lane, 0, None, b"{}", ())
    due_at = START + timedelta(seconds=DUE_S)
    row = Row(UUID(int=1), lane, "a key", RowKind.WAKE_UP, 0, record, b"", START, due_at=due_at)
    tables.rows[row.id] = tables.queued(row)
    world.waking.look_for_rows(NOTIFIER)


def woken_s(lane: int) -> float:
    """When a worker that waits and holds this lane looks again, if a row is queued in lane 1."""
    world = World(Random(1), Parts(), None)

    async def wait() -> None:
        world.loop.outside(0.0, lambda: queue(world, 1))
        await world.waking.news(NOTIFIER, lambda: Assignment(1, frozenset((lane,))), 1.0)

    world.loop.run(wait())
    return world.loop.time()


def test_who_holds_the_lane_of_a_row_looks_when_that_is_due_and_nobody_else_does() -> None:
    assert DUE_S <= woken_s(lane=1) < DUE_S + 1
    assert woken_s(lane=2) == IDLE_S_MAX


@pytest.mark.parametrize("forgotten", [1, 7])
def test_a_row_is_seen_that_a_database_queues_after_it_came_back_older(forgotten: int) -> None:
    world = World(Random(1), Parts(), None)
    database = world.databases[NOTIFIER]
    older = database.snapshot()

    async def wait() -> None:
        database.tables.last_seq = forgotten
        world.waking.look_for_rows(NOTIFIER)
        database.restore(older)
        world.loop.outside(0.0, lambda: queue(world, 1))
        await world.waking.news(NOTIFIER, lambda: Assignment(1, frozenset((1,))), 1.0)

    world.loop.run(wait())
    assert DUE_S <= world.loop.time() < DUE_S + 1


def test_who_waits_hears_of_a_rebalance() -> None:
    world = World(Random(1), Parts(), None)

    async def wait() -> None:
        world.loop.outside(1.0, lambda: world.broker.rebalance(NOTIFIER))
        await world.waking.news(NOTIFIER, lambda: Assignment(1, frozenset()), 1.0)

    world.loop.run(wait())
    assert world.loop.time() < 2
