"""Whatever goes wrong and wherever: nothing is lost, nothing is done twice, and each key's order is kept."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import LANES, TOPICS, Facts, Tally, event_of, garbage, of_a_newer_version, report, service
from world import GROUP, At, Killed, Running, World, raising

from schemas.events import DeadLettered
from stream.decode import Received, decode
from stream.errors import Fenced, StoreUnavailable, TransportUnavailable
from stream.lane import lane_of
from stream.memory.disturbance import Moment
from stream.record import Record, TopicLane

AFTER, BEFORE = Moment.AFTER, Moment.BEFORE


def scenario() -> Iterator[Record]:
    """Records of several keys: plain, told twice, parked, waiting, unreadable, misplaced, repeated, stale, reused."""
    for number in range(4):
        yield report(f"plain {number}", f"plain {number}/1", cycle=1, revision=1)
        yield report(f"plain {number}", f"plain {number}/2", cycle=2, revision=2, said="configured")
    yield report("parked", "parked/1", said="failed")
    yield report("parked", "parked/2", cycle=2)
    yield report("waiting", "waiting/1", said="customer_action_needed")
    yield report("waiting", "waiting/2", cycle=2)
    yield garbage(lane=2)
    yield report("misplaced", "misplaced/1", lane=(lane_of("misplaced", LANES) + 1) % LANES)
    yield report("plain 1", "plain 1/1", cycle=1, revision=1)
    yield report("plain 2", "plain 2/2", cycle=9, revision=2)
    yield report("plain 3", "plain 3/0", cycle=9, revision=1)


async def undisturbed() -> tuple[dict[str, object], list[At]]:
    """What must come of it, and every moment of every call that is passed on the way."""
    world = World.told(scenario())
    running = await world.worker()
    await running.run()
    passed = running.trouble.passed.items()
    calls = [At(*at, nth) for at, count in passed if at[1] != "start" for nth in range(1, count + 1)]
    return world.what_came_of_it(), calls


EXPECTED, EVERYWHERE = asyncio.run(undisturbed())


async def finish(world: World) -> None:
    """Somebody clean does what is left."""
    await (await world.worker()).run()


def assert_nothing_went_wrong(world: World) -> None:
    assert world.what_came_of_it() == EXPECTED
    assert_in_order(world)
    assert_all_in_journal(world)


def assert_in_order(world: World) -> None:
    """Repeats apart, what is said about a key counts up."""
    revisions: dict[str, dict[str, int]] = {}
    for message in world.published():
        envelope = event_of(message).envelope
        revisions.setdefault(message.key, {}).setdefault(envelope.id, envelope.revision or 0)
    assert all(a < b for said in revisions.values() for a, b in pairwise(said.values()))


def assert_all_in_journal(world: World) -> None:
    """Every record below the committed position is recorded, or its moved row is."""
    tables = world.database.tables
    for place, end in world.broker.group(GROUP).committed.items():
        for record in world.broker.logs[place].records[:end]:
            item = decode(record)
            moved = isinstance(item, Received) and lane_of(item.subject, LANES) != place.lane
            assert item.id in tables.journal or (moved and tables.rows)


@pytest.mark.parametrize("at", EVERYWHERE, ids=str)
async def test_a_worker_killed_anywhere_is_caught_up_with_by_the_next(at: At) -> None:
    world = World.told(scenario())
    assert await (await world.worker({at: raising(Killed())})).run_to_death()
    await finish(world)
    assert_nothing_went_wrong(world)


@pytest.mark.parametrize("at", EVERYWHERE, ids=str)
async def test_a_call_that_fails_or_whose_reply_is_lost_is_made_good_by_the_same_worker(at: At) -> None:
    world = World.told(scenario())
    error = TransportUnavailable("reply lost") if at.of == "transport" else StoreUnavailable("reply lost")
    await (await world.worker({at: raising(error)})).run()
    assert_nothing_went_wrong(world)


async def test_a_commit_whose_reply_is_lost_is_found_to_have_been_made() -> None:
    world = World.told(report(f"key {number}", str(number)) for number in range(5))
    running = await world.worker({At("store", "settle", AFTER): raising(StoreUnavailable("reply lost"))})
    await running.run()
    assert len(world.ids()) == len(set(world.ids())) == len(world.database.tables.journal) == 5
    assert running.trouble.passed["store", "settle", AFTER] == 1


async def test_a_record_that_only_the_next_release_can_read_is_caught_up_with_as_it_was_recorded() -> None:
    world = World()
    readable = report("key", "1")
    world.say([of_a_newer_version(readable)])
    await (await world.worker({At("store", "settle", AFTER): raising(Killed())})).run_to_death()
    world.broker.logs[TopicLane(readable.topic, readable.partition)].records[0] = readable

    await finish(world)
    assert [entry.reason for entry in world.database.tables.journal.values()] == ["UNKNOWN_VERSION"]
    assert len(world.ids(DeadLettered.name)) == 1


async def take_over_from(zombie: Running, world: World) -> None:
    """Others do all there is to do while it sleeps."""
    world.broker.drop(GROUP, zombie.transport)
    await finish(world)


async def test_a_zombie_that_wakes_after_its_lanes_were_taken_over_adds_nothing() -> None:
    world = World.told(scenario())
    zombie = await world.worker()

    async def sleep_through_a_takeover() -> None:
        world.broker.drop(GROUP, zombie.transport)
        successor = await world.worker()
        await successor.run()
        taken = world.what_came_of_it(), world.ids()
        await successor.transport.close()
        zombie.trouble.planned[At("store", "take_over", BEFORE, 2)] = lambda: seen.append(
            (world.what_came_of_it(), world.ids()) == taken
        )

    seen: list[bool] = []
    zombie.trouble.planned[At("store", "settle", BEFORE)] = sleep_through_a_takeover
    await zombie.run()
    assert seen == [True]
    assert_nothing_went_wrong(world)


async def test_a_zombie_that_publishes_late_only_repeats_what_is_recorded() -> None:
    world = World.told(scenario())
    zombie = await world.worker()
    said: set[str] = set()

    async def sleep_through_a_takeover() -> None:
        await take_over_from(zombie, world)
        said.update(world.ids())

    zombie.trouble.planned[At("transport", "publish", BEFORE)] = sleep_through_a_takeover
    await zombie.run()
    assert set(world.ids()) == said
    assert len(world.ids()) > len(said)
    assert_nothing_went_wrong(world)


async def test_a_zombie_overtaken_while_it_reads_positions_does_not_take_them_for_lost() -> None:
    world = World.told(scenario())
    zombie = await world.worker()

    zombie.trouble.planned[At("transport", "committed", BEFORE)] = lambda: take_over_from(zombie, world)
    await zombie.run()
    assert_nothing_went_wrong(world)


async def test_nor_does_one_that_was_overtaken_in_some_of_its_lanes_only() -> None:
    world = World.told(scenario())
    zombie = await world.worker()

    async def share_the_lanes() -> None:
        other = await world.worker()
        for _ in range(9):
            await other.worker.run_once()
        await other.transport.close()

    zombie.trouble.planned[At("transport", "committed", BEFORE)] = share_the_lanes
    await zombie.run()
    assert_nothing_went_wrong(world)


async def test_records_between_the_two_positions_that_do_not_come_are_not_waited_for_for_ever() -> None:
    world = World.told([report("key", "1")])
    await (await world.worker({At("store", "settle", AFTER): raising(Killed())})).run_to_death()
    world.broker.logs[TopicLane(TOPICS[0], lane_of("key", LANES))].records.clear()
    with pytest.raises(Fenced, match="do not come"):
        await (await world.worker()).worker.run_once()


async def test_a_zombies_late_forget_loses_no_answer_of_its_successor() -> None:
    world = World.told([report("waiting", "waiting/1", said="customer_action_needed")])
    zombie = await world.worker()
    await zombie.run()
    world.clock.advance(1)

    async def sleep_through_a_takeover() -> None:
        world.broker.drop(GROUP, zombie.transport)
        world.clock.advance(3600)
        killed = {At("transport", "publish", BEFORE): raising(Killed())}
        assert await (await world.worker(killed, toy=service(facts=Facts("open")))).run_to_death()

    zombie.trouble.planned[At("store", "forget", BEFORE)] = sleep_through_a_takeover
    await zombie.worker.run_once()
    assert world.document("waiting") == Tally(cycles=(1,))
    assert world.ids() == []
    await finish(world)
    assert len(world.ids()) == 1


class Mishap:
    """Something that happens at the nth moment of a worker's life."""

    def __init__(self, world: World, kind: str, countdown: int) -> None:
        self._world = world
        self._kind = kind
        self._countdown = countdown
        self.running: Running | None = None

    async def __call__(self) -> None:
        await asyncio.sleep(0)
        self._countdown -= 1
        if self._countdown != 0 or self.running is None:
            return
        match self._kind:
            case "kill":
                raise Killed
            case "outage":
                raise StoreUnavailable("away for a moment")
            case "rebalance":
                self._world.broker.rebalance(GROUP)
            case "zombie":
                self._world.broker.drop(GROUP, self.running.transport)
                for _ in range(300):
                    await asyncio.sleep(0)


MISHAPS = st.lists(
    st.tuples(st.sampled_from(["kill", "outage", "rebalance", "zombie"]), st.integers(1, 120)), min_size=1, max_size=4
)


@given(MISHAPS, st.sampled_from([1, 3, 500]))
async def test_several_workers_with_several_mishaps_come_to_the_same(
    mishaps: list[tuple[str, int]], batch: int
) -> None:
    world = World.told(scenario())
    lives = []
    for kind, countdown in mishaps:
        mishap = Mishap(world, kind, countdown)
        mishap.running = await world.worker(always=mishap, batch=batch)
        lives.append(mishap.running.run_to_death())
    await asyncio.gather(*lives)
    await finish(world)
    assert_nothing_went_wrong(world)


async def test_however_much_lies_between_the_two_positions_it_is_caught_up_in_as_many_rounds_as_it_takes() -> None:
    world = World.told(report(f"key {number}", str(number)) for number in range(40))
    await (await world.worker()).run_to_death()
    said = sorted(world.ids())
    world.broker.group(GROUP).committed.update(dict.fromkeys(world.broker.group(GROUP).committed, 0))
    await (await world.worker(batch=1)).worker.run_once()
    assert sorted(set(world.ids())) == said
    assert len(world.ids()) == 2 * len(said)
