"""What the outermost frame does with errors, stops and a worker that makes no progress."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from neighbour import Neighbour
from toy import LANES, NOW, report
from world import MEMBERSHIP, Action, At, Killed, Running, World, raising

from stream.decode import decode
from stream.errors import Fenced, Rival, StoreUnavailable, TransportUnavailable
from stream.keeper import StuckError
from stream.lanes import Lanes
from stream.limits import Limits
from stream.memory.disturbance import Moment
from stream.memory.manual_clock import ManualClock
from stream.memory.transport import MemoryTransport
from stream.outage import EXCUSED_S_MAX
from stream.run import run_to_end, start

BEFORE = Moment.BEFORE
POLL_S = Limits().poll_s


def failing(call: str, error: Exception, *times: int) -> dict[At, Action]:
    return {At("store", call, BEFORE, nth): raising(error) for nth in times}


class NotingClock(ManualClock):
    """Notes how long others slept on it."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.slept_s: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        await super().sleep(seconds)


class StandingClock(ManualClock):
    """Nobody who sleeps on it wakes."""

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.Event().wait()


def world_with(clock: ManualClock, *, records: int = 1) -> World:
    world = World()
    world.clock = clock
    world.say(report(f"key {number}", str(number)) for number in range(records))
    return world


@pytest.mark.parametrize(
    ("fails_at", "delays_s"), [((1, 2, 3, 4), [0.1, 0.2, 0.4, 0.8]), ((1, 2, 4, 5), [0.1, 0.2, 0.1, 0.2])]
)
async def test_delays_grow_while_an_outage_lasts_and_start_again_after_it(
    fails_at: tuple[int, ...], delays_s: list[float]
) -> None:
    clock = NotingClock()
    world = world_with(clock, records=2)
    await (await world.worker(failing("settle", StoreUnavailable(), *fails_at), batch=1)).run()
    assert [slept for slept in clock.slept_s if slept != POLL_S] == delays_s
    assert len(world.ids()) == 2


async def test_contention_is_taken_up_again_almost_at_once_and_is_no_unreadiness() -> None:
    clock = NotingClock()
    world = world_with(clock)
    running = await world.worker(failing("settle", Rival(), 1, 2, 3))
    await running.run()
    jitters = [slept for slept in clock.slept_s if slept != POLL_S]
    assert all(0 <= slept <= 0.05 * attempt for attempt, slept in enumerate(jitters, start=1))
    assert (len(jitters), len(world.ids()), running.keeper.pulse.ready) == (3, 1, True)


async def test_a_worker_that_waits_for_kafka_to_be_there_is_alive_and_not_ready() -> None:
    world = World()
    keeper = (await world.worker()).keeper
    ages_s: list[float] = []

    async def be_away(call: str, moment: Moment) -> None:
        if (call, moment) == ("start", BEFORE) and len(ages_s) < 3:
            world.clock.advance(keeper.watchdog_s)
            for _ in range(5):
                await asyncio.sleep(0)
            ages_s.append(world.clock.monotonic() - keeper.pulse.beat)
            raise TransportUnavailable("away")

    keeper.worker.transport = MemoryTransport(world.broker, MEMBERSHIP, world.clock, be_away)
    await start(keeper)
    assert max(ages_s) < keeper.watchdog_s / 2
    assert (len(ages_s), keeper.pulse.ready) == (3, False)


async def test_a_worker_that_nobody_lets_into_its_group_leaves_when_it_is_told_to() -> None:
    world = World()
    supervisor = (await world.worker()).keeper

    async def look_for_a_coordinator(call: str, moment: Moment) -> None:
        if (call, moment) == ("start", BEFORE):
            supervisor.stop()
            await asyncio.Event().wait()

    joining = supervisor.worker.transport = MemoryTransport(
        world.broker, MEMBERSHIP, world.clock, look_for_a_coordinator
    )
    await asyncio.wait_for(start(supervisor), 5)
    assert joining.assignment().lanes == frozenset()


async def test_a_joining_that_takes_longer_than_the_watchdog_waits_is_begun_anew() -> None:
    world = World()
    supervisor = replace((await world.worker()).keeper, watchdog_s=0.05)
    attempts = 0

    async def be_silent_once(call: str, moment: Moment) -> None:
        nonlocal attempts
        if (call, moment) == ("start", BEFORE):
            attempts += 1
            if attempts == 1:
                await asyncio.Event().wait()

    joining = supervisor.worker.transport = MemoryTransport(world.broker, MEMBERSHIP, world.clock, be_silent_once)
    await asyncio.wait_for(start(supervisor), 5)
    assert (attempts, bool(joining.assignment().lanes)) == (2, True)


async def test_a_spare_worker_that_got_no_lane_is_ready() -> None:
    world = World()
    *_, spare = [await world.worker() for _ in range(LANES + 1)]
    await spare.run()
    assert not spare.transport.assignment().lanes
    assert spare.keeper.pulse.ready


async def test_what_nobody_expected_ends_the_worker() -> None:
    world = World.told([report("key", "1")])
    running = await world.worker(failing("settle", ZeroDivisionError(), 1))
    with pytest.raises(ZeroDivisionError):
        await running.run()


async def test_a_stop_does_not_wait_for_a_delay_to_end() -> None:
    world = world_with(StandingClock(NOW))
    running = await world.worker(failing("take_over", StoreUnavailable(), 1))
    task = asyncio.ensure_future(running.run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert running.keeper.pulse.why == "StoreUnavailable"
    running.keeper.stop()
    await asyncio.wait_for(task, 1)


@pytest.mark.parametrize("turns", [0, 40])
async def test_after_a_stop_the_batch_under_way_is_finished_while_what_is_beside_it_leaves(turns: int) -> None:
    world = world_with(StandingClock(NOW))
    neighbour, settling = Neighbour(), asyncio.Event()

    async def until_the_neighbour_leaves() -> None:
        settling.set()
        await neighbour.told.wait()
        for _ in range(turns):
            await asyncio.sleep(0)

    running = await world.worker({At("store", "settle", BEFORE): until_the_neighbour_leaves})
    running.keeper.beside = neighbour
    task = asyncio.ensure_future(run_to_end(running.keeper, stop_s=60))
    await settling.wait()
    running.keeper.stop()
    await asyncio.wait_for(task, 1)
    assert (world.is_done(), neighbour.has_left) == (True, True)


async def watched(running: Running) -> None:
    """Watch for as long as several patiences."""
    task = asyncio.ensure_future(running.keeper.watch())
    for _ in range(300):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_worker_that_takes_nothing_of_what_is_waiting_is_ended() -> None:
    world = World()
    running = await world.worker()
    await running.run()
    world.say([report("key", "1")])
    with pytest.raises(StuckError):
        await running.keeper.watch()
    assert world.clock.monotonic() >= 60


async def test_a_worker_that_can_publish_nothing_although_kafka_answers_is_ended_with_nothing_left_to_read() -> None:
    world = World.told([report("key", "1")])
    dead = {At("transport", "publish", BEFORE, nth): raising(TransportUnavailable("dead")) for nth in range(1, 99)}
    running = await world.worker(dead)
    task = asyncio.ensure_future(running.keeper.run())
    with pytest.raises(StuckError):
        await running.keeper.watch()
    assert await running.transport.lag() == 0
    running.keeper.stop()
    await task


@pytest.mark.parametrize("is_left_by_another", [False, True])
async def test_a_worker_whose_publishing_never_returns_is_ended_with_nothing_left_to_read(
    *, is_left_by_another: bool
) -> None:
    world = World.told([report("key", "1")])
    if is_left_by_another:
        await (await world.worker({At("transport", "publish", BEFORE): raising(Killed())})).run_to_death()

    async def never_return() -> None:
        await asyncio.Event().wait()

    running = await world.worker({At("transport", "publish", BEFORE): never_return})
    task = asyncio.ensure_future(running.keeper.run())
    with pytest.raises(StuckError):
        await asyncio.wait_for(running.keeper.watch(), 5)
    assert await running.transport.lag() == 0
    task.cancel()


async def test_rows_are_no_sign_that_records_come() -> None:
    world = World.told([report("waiting", "1", said="customer_action_needed")])
    running = await world.worker()
    await running.run()
    world.clock.advance(1)
    await (again := await world.worker()).run()
    assert len(world.answers) > 1
    assert running.worker.records_taken + again.worker.records_taken == 1


class CaughtUp(MemoryTransport):
    """Records wait when it is asked for the first time, and no more when it is asked again."""

    asked = 0

    async def lag(self) -> int:
        self.asked += 1
        if self.asked > 2:
            raise InterruptedError
        return int(self.asked == 1)


async def test_a_worker_that_goes_on_when_an_outage_ends_is_left_alone_however_long_that_lasted() -> None:
    world = World()
    running = await world.worker()
    running.worker.transport = CaughtUp(world.broker, MEMBERSHIP, world.clock)
    with pytest.raises(InterruptedError):
        await running.keeper.watch()


async def test_a_worker_whose_postgres_is_away_is_left_alone_for_ten_minutes_although_records_wait() -> None:
    world = World()
    await (await world.worker()).run_to_death()
    world.say([report("key", "1")])
    running = await world.worker(failing("take_over", StoreUnavailable(), *range(1, 1000)))
    tasks = [asyncio.ensure_future(running.run()), asyncio.ensure_future(running.keeper.watch())]
    while world.clock.monotonic() < EXCUSED_S_MAX:  # noqa: ASYNC110 (a clock that goes on when others sleep)
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    assert await running.transport.lag() == 1
    running.keeper.stop()
    await tasks[0]
    tasks[1].cancel()


async def test_a_worker_that_alone_does_not_reach_postgres_is_ended_and_the_others_take_its_lanes() -> None:
    world = World()
    await (await world.worker()).run_to_death()
    well, sick = await world.worker(), await world.worker(failing("take_over", StoreUnavailable(), *range(1, 1000)))
    world.say(report(f"key {number}", str(number)) for number in range(20))
    for _ in range(4):
        await well.worker.run_once()
    running = asyncio.ensure_future(sick.run())
    with pytest.raises(StuckError):
        await sick.keeper.watch()
    assert EXCUSED_S_MAX < world.clock.monotonic() < EXCUSED_S_MAX + 2 * sick.keeper.watchdog_s
    assert 0 < len(world.ids()) < 20
    sick.keeper.stop()
    await running
    await sick.transport.close()
    await well.run()
    assert len(world.ids()) == 20


async def test_a_worker_with_nothing_to_do_is_left_alone() -> None:
    world = World()
    running = await world.worker()
    await running.worker.run_once()
    await watched(running)
    assert running.keeper.pulse.beat > 2 * running.keeper.watchdog_s


async def test_a_worker_that_takes_records_and_comes_to_no_end_of_them_is_left_alone() -> None:
    world = world_with(ManualClock(NOW), records=900)
    turn: dict[At, Action] = {
        At("transport", "receive", BEFORE, nth): lambda: asyncio.sleep(0) for nth in range(1, 900)
    }
    running = await world.worker(turn, batch=1)
    task = asyncio.ensure_future(running.run())
    await watched(running)
    assert await running.transport.lag() > 0
    running.keeper.stop()
    await task


async def test_a_worker_that_takes_one_batch_of_rows_after_the_other_is_left_alone() -> None:
    world = World()
    running = await world.worker()
    await running.worker.run_once()

    def take_another() -> None:
        running.worker.in_hand_since_s = world.clock.monotonic()

    running.trouble.planned |= {At("transport", "lag", BEFORE, nth): take_another for nth in range(1, 100)}
    await watched(running)


@pytest.mark.parametrize("error", [TransportUnavailable(), Fenced()])
async def test_a_lag_that_can_not_be_told_ends_nobody(error: Exception) -> None:
    world = World.told([report("key", "1")])
    calls = {At("transport", "lag", BEFORE, nth): raising(error) for nth in range(1, 100)}
    await watched(await world.worker(calls))


async def test_an_idle_worker_whose_kafka_is_silent_is_not_ready_until_that_answers_again_and_is_not_ended() -> None:
    world = World()
    silent = {At("transport", "lag", BEFORE, nth): raising(TransportUnavailable()) for nth in (1, 2, 3)}
    running = await world.worker(silent)
    running.trouble.end = lambda: None
    pulse, seen = running.keeper.pulse, list[tuple[bool, str]]()
    tasks = [asyncio.ensure_future(running.run()), asyncio.ensure_future(running.keeper.watch())]
    while running.trouble.passed["transport", "lag", BEFORE] < 5:
        await asyncio.sleep(0)
        if (said := (pulse.ready, pulse.why)) not in seen[-1:]:
            seen.append(said)
    assert seen == [(False, "starting"), (True, "running"), (False, "TransportUnavailable"), (True, "running")]
    assert world.clock.monotonic() < 3 * running.keeper.watchdog_s, "it is asked at every beat"
    assert not any(task.done() for task in tasks)
    running.keeper.stop()
    await tasks[0]
    tasks[1].cancel()


async def test_a_worker_whose_postgres_is_back_while_its_kafka_is_silent_says_why_it_is_not_ready() -> None:
    world = World()
    silent = {At("transport", "lag", BEFORE, nth): raising(TransportUnavailable()) for nth in range(1, 100)}
    running = await world.worker(silent)
    running.trouble.end = lambda: None
    pulse, passed, seen = running.keeper.pulse, running.trouble.passed, list[str]()
    tasks = [asyncio.ensure_future(running.run()), asyncio.ensure_future(running.keeper.watch())]
    while passed["transport", "lag", BEFORE] < 9:
        await asyncio.sleep(0)
        if pulse.why not in seen[-1:]:
            seen.append(pulse.why)
            if len(seen) == 3:
                running.trouble.planned |= failing("due", StoreUnavailable(), passed["store", "due", BEFORE] + 1)
    assert seen == ["starting", "running", "TransportUnavailable", "StoreUnavailable", "TransportUnavailable"]
    running.keeper.stop()
    await tasks[0]
    tasks[1].cancel()


async def test_a_watch_that_is_ended_while_the_lag_is_told_ends() -> None:
    world = World()
    watches: list[asyncio.Task[None]] = []

    def end() -> None:
        watches[0].cancel()

    running = await world.worker({At("transport", "lag", BEFORE): end})
    watches.append(asyncio.create_task(running.keeper.watch()))
    await asyncio.wait(watches)
    assert watches[0].cancelled()


async def test_records_of_a_lane_that_was_never_taken_over_are_not_settled() -> None:
    world = World.told([report("key", "1")])
    running = await world.worker()
    (record,) = world.broker.records("provisioning-reported")
    with pytest.raises(Fenced):
        Lanes(running.transport, running.worker.store, 500).moves([decode(record)], {})
