"""Positions that are committed some batches together: late, never wrong."""

import pytest
from toy import TOPICS, report
from world import GROUP, At, Killed, World, raising

from stream.memory.disturbance import Moment
from stream.record import TopicLane
from stream.store import OutcomeKind

KEYS = [f"registration-{number}" for number in range(8)]
COMMIT = ("transport", "commit", Moment.AFTER)


def world_with_records(commit_s: float = 60) -> World:
    return World.told((report(key, key, cycle=1) for key in KEYS), commit_s=commit_s)


def committed(world: World) -> int:
    return sum(world.broker.group(GROUP).committed.get(place, 0) for place in places(world))


def places(world: World) -> list[TopicLane]:
    return [place for place in world.broker.logs if place.topic in TOPICS]


async def test_batches_that_follow_each_other_soon_are_committed_together() -> None:
    world = world_with_records()
    running = await world.worker(batch=1)
    await running.run()
    # The first start's own, and that of all batches once there was nothing left to do.
    assert running.trouble.passed[COMMIT] == 2
    assert committed(world) == len(KEYS)
    assert world.is_done()


async def test_each_batch_is_committed_when_nothing_is_to_be_saved() -> None:
    world = world_with_records(commit_s=0)
    running = await world.worker(batch=1)
    await running.run()
    assert running.trouble.passed[COMMIT] == 1 + len(KEYS)


async def test_a_worker_that_is_asked_to_leave_commits_what_it_has_published() -> None:
    world = world_with_records()
    running = await world.worker(batch=1)
    running.trouble.planned[At("transport", "publish", Moment.AFTER, 4)] = running.keeper.stop
    await running.run()
    assert committed(world) == 4


@pytest.mark.parametrize("nth", range(2, 7))
async def test_what_was_published_and_not_committed_is_published_once_more_and_not_decided_again(nth: int) -> None:
    world = world_with_records()
    dead = await world.worker({At("transport", "publish", Moment.AFTER, nth): raising(Killed())}, batch=1)
    assert await dead.run_to_death()
    assert committed(world) == 0

    await (await world.worker()).run()

    ids = world.ids()
    assert len(ids) == len(KEYS) + nth
    assert len(set(ids)) == len(world.database.tables.effects) == len(KEYS)
    assert {entry.outcome for entry in world.database.tables.journal.values()} == {OutcomeKind.EMIT}
    assert world.is_done()


async def test_where_lanes_begin_that_came_soon_after_a_commit_is_committed_before_anything_of_them_is_settled() -> (
    None
):
    world = world_with_records()
    other = await world.worker(batch=1)
    dying = await world.worker(batch=1)
    dying.trouble.planned = {
        At("transport", "publish", Moment.AFTER, 1): lambda: world.broker.drop(GROUP, other.transport),
        At("transport", "publish", Moment.AFTER, len(KEYS)): raising(Killed()),
    }
    assert await dying.run_to_death()

    await (await world.worker()).run()

    assert len(world.database.tables.effects) == len(KEYS)
    assert world.is_done()
