"""A release that has stopped itself stays out of its group, however often it is started."""

import pytest
from toy import NOW
from world import GROUP, MEMBERSHIP, Action, At, World, raising

from stream.errors import BrakePulled, StoreUnavailable
from stream.memory.disturbance import Moment
from stream.memory.transport import MemoryTransport
from stream.run import start

WHY = "ten records in a row could not be decided"
AWAY = raising(StoreUnavailable())


async def started(world: World, release: str, planned: dict[At, Action] | None = None) -> MemoryTransport:
    """A second process of the service, beside a healthy one."""
    running = await world.worker(planned, release=release)
    await running.transport.close()
    transport = running.worker.transport = MemoryTransport(world.broker, MEMBERSHIP, world.clock)
    await start(running.keeper)
    return transport


async def stopped_release() -> World:
    world = World()
    healthy = await world.worker(release="1")
    await healthy.worker.store.pull_brake("2", WHY, NOW)
    return world


async def test_a_release_whose_brake_is_pulled_joins_no_group() -> None:
    world = await stopped_release()
    (healthy,) = world.broker.group(GROUP).members

    with pytest.raises(BrakePulled, match=WHY):
        await started(world, "2")
    assert world.broker.group(GROUP).members == [healthy]


async def test_another_release_joins() -> None:
    world = await stopped_release()
    assert await started(world, "3") in world.broker.group(GROUP).members


async def test_while_its_service_is_paused_it_joins_and_waits_with_the_others() -> None:
    world = await stopped_release()
    world.database.tables.pause()
    assert await started(world, "2") in world.broker.group(GROUP).members


@pytest.mark.parametrize("call", ["paused", "brake"])
async def test_a_database_that_is_away_keeps_nobody_out(call: str) -> None:
    world = await stopped_release()
    planned = {At("store", call, Moment.BEFORE): AWAY}
    assert await started(world, "2", planned) in world.broker.group(GROUP).members
