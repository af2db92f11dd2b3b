"""A service that an operator has paused: nothing is taken, nobody ends, and everything goes on afterwards."""

import asyncio

import pytest
from toy import report
from world import GROUP, At, World

from stream.answer import Result
from stream.errors import Paused
from stream.health import PAUSED
from stream.memory.disturbance import Moment

BEFORE = Moment.BEFORE


def saying(*keys: str) -> World:
    return World.told(report(key, str(number)) for number, key in enumerate(keys))


async def test_a_paused_service_takes_nothing_stays_well_and_goes_on_when_it_is_let() -> None:
    world = saying("key")
    world.database.tables.pause()
    running = await world.worker()
    pulse = running.keeper.pulse
    task = asyncio.ensure_future(running.run())
    for _ in range(500):
        await asyncio.sleep(0)
    assert (world.answers, task.done(), pulse.ready, pulse.why) == ([], False, True, PAUSED)
    assert world.clock.monotonic() > running.keeper.watchdog_s
    assert world.database.tables.lanes == {}

    world.database.tables.paused = False
    await task
    assert [answer.result for answer in world.answers] == [Result.EMITTED]
    assert (world.is_done(), pulse.why) == (True, "running")


async def test_a_worker_that_waits_behind_a_pause_is_not_ended_as_stuck() -> None:
    world = saying("key")
    running = await world.worker()
    await running.worker.run_once()
    world.database.tables.pause()
    world.say([report("key", "1")])
    watching = asyncio.ensure_future(running.keeper.watch())
    task = asyncio.ensure_future(running.run())
    for _ in range(2_000):
        await asyncio.sleep(0)
    assert await running.transport.lag() == 1
    assert world.clock.monotonic() > 3 * running.keeper.watchdog_s
    assert (watching.done(), task.done()) == (False, False)
    running.keeper.stop()
    await task
    watching.cancel()


async def test_what_was_decided_when_the_pause_came_is_not_recorded() -> None:
    world = saying("key")
    running = await world.worker({At("store", "settle", BEFORE): world.database.tables.pause})
    task = asyncio.ensure_future(running.run())
    for _ in range(200):
        await asyncio.sleep(0)
    assert (world.database.tables.journal, world.published()) == ({}, [])
    world.database.tables.paused = False
    await task
    assert len(world.ids()) == 1


async def test_an_idle_worker_sees_the_pause_with_its_next_tick() -> None:
    world = World()
    running = await world.worker()
    await running.worker.run_once()
    world.database.tables.pause()
    world.clock.advance(running.worker.limits.tick_s)
    with pytest.raises(Paused):
        await running.worker.run_once()


async def test_what_was_published_before_the_pause_is_committed() -> None:
    world = World(commit_s=60)
    running = await world.worker()
    for number in ("1", "2"):
        world.say([report("key", number)])
        await running.worker.run_once()
    assert not world.is_done()
    world.database.tables.pause()
    world.clock.advance(running.worker.limits.tick_s)
    task = asyncio.ensure_future(running.run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert (world.is_done(), running.keeper.pulse.why) == (True, PAUSED)
    running.keeper.stop()
    await task


async def test_a_pause_that_comes_while_the_lanes_are_shared_out_anew_holds_their_new_holder() -> None:
    world = World()
    running = await world.worker({At("store", "take_over", BEFORE, 2): world.database.tables.pause})
    await running.worker.run_once()
    world.say([report("key", "1")])
    world.broker.rebalance(GROUP)
    with pytest.raises(Paused):
        await running.worker.run_once()
    assert world.database.tables.journal == {}


async def test_a_pause_holds_every_release() -> None:
    world = saying("key")
    world.database.tables.pause()
    for release in ("1", "2"):
        running = await world.worker(release=release)
        with pytest.raises(Paused):
            await running.worker.run_once()
        await running.transport.close()
