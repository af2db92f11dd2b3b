"""Records brought once more: what was done stays done, what was not is done once, and in order."""

from uuid import UUID

import pytest
from toy import LANES, NOW, TOPICS, Tally, garbage, report
from world import At, World, raising

from schemas.events import DeadLettered, PolicyAwaited
from stream.decode import decode
from stream.errors import StoreUnavailable
from stream.identity import replay_id
from stream.lane import lane_of
from stream.memory.disturbance import Moment
from stream.new_row import replay_row
from stream.record import Record, TopicLane
from stream.store import Row, RowKind

KEYS = [f"registration-{number}" for number in range(6)]
FIRST, SECOND = UUID(int=1), UUID(int=2)


def replay(world: World, topic: str = TOPICS[0], replay: UUID = FIRST) -> list[Row]:
    """A row for every record of a topic, as an operator's replay makes them."""
    return [replay_row(decode(record), replay, world.clock.now(), LANES) for record in world.broker.records(topic)]


def wrong_lane(key: str) -> int:
    return (lane_of(key, LANES) + 1) % LANES


async def test_a_whole_topic_brought_again_has_no_effect_and_says_the_same_under_the_same_ids() -> None:
    world = World()
    said = ["accepted", "configured", "failed", "customer_action_needed", "accepted", "accepted"]
    world.say(report(key, key, said=one) for key, one in zip(KEYS, said, strict=True))
    world.say([garbage(), report(KEYS[4], KEYS[4], cycle=2)])
    await (await world.worker()).run_to_death()
    before, ids = world.what_came_of_it(), world.ids()

    assert world.database.tables.queue_replays(replay(world)) == 6, "two registrations are held up by a parked record"
    await (await world.worker()).run_to_death()

    assert world.what_came_of_it() == before
    assert sorted(world.ids()) == sorted(ids * 2)
    assert not any(row.kind is RowKind.REPLAY for row in world.database.tables.rows.values())


@pytest.mark.parametrize("call", ["due", "read", "settle", "forget"])
@pytest.mark.parametrize("moment", Moment)
async def test_a_replay_that_is_disturbed_anywhere_comes_to_the_same(call: str, moment: Moment) -> None:
    world = World.told(report(key, key) for key in KEYS)
    await (await world.worker()).run_to_death()
    before = world.what_came_of_it()
    world.database.tables.queue_replays(replay(world))
    trouble = {At("store", call, moment): raising(StoreUnavailable("gone"))}
    await (await world.worker(trouble, batch=4)).run_to_death()
    assert world.what_came_of_it() == before


def test_a_replay_begun_again_makes_the_same_rows_and_another_makes_others() -> None:
    world = World.told([report(KEYS[0], "1"), report(KEYS[0], "1"), report(KEYS[0], "1", cycle=2)])
    rows = replay(world)
    assert world.database.tables.queue_replays(rows) == 2
    assert world.database.tables.queue_replays(replay(world)) == 0
    assert world.database.tables.queue_replays(replay(world, replay=SECOND)) == 2
    item = decode(world.broker.records(TOPICS[0])[0])
    assert rows[0].id == replay_id(item.id, item.hash, FIRST)


async def test_records_that_were_never_handled_are_handled_once_and_in_order() -> None:
    world = World()
    unseen = [report(KEYS[0], str(cycle), cycle=cycle) for cycle in (1, 2, 3)]
    rows = [replay_row(decode(record), FIRST, NOW, LANES) for record in unseen]
    world.database.tables.queue_replays(rows)
    world.say(report(KEYS[0], str(cycle), cycle=cycle) for cycle in (1, 2, 3, 4))
    await (await world.worker(batch=2)).run_to_death()
    assert world.document(KEYS[0]) == Tally(cycles=(1, 2, 3, 4))
    assert len(set(world.ids(PolicyAwaited.name))) == 4


@pytest.mark.parametrize("carried_by", [RowKind.REPLAY, RowKind.MOVED])
async def test_what_follows_a_record_that_has_to_wait_stays_behind_it_whatever_brought_it(carried_by: RowKind) -> None:
    world = World()
    records = [report(KEYS[0], "1", said="customer_action_needed"), report(KEYS[0], "2", cycle=2)]
    if carried_by is RowKind.REPLAY:
        world.database.tables.queue_replays([replay_row(decode(one), FIRST, NOW, LANES) for one in records])
    else:
        world.say(record._replace(partition=wrong_lane(KEYS[0])) for record in records)
    for _ in range(3):
        await (await world.worker(batch=2)).run_to_death()
        world.clock.advance(1)
    assert "tally" not in {name.kind for name in world.database.tables.states}
    queued = [(row.kind, row.record.offset) for row in world.database.tables.rows.values()]
    assert [kind for kind, _ in queued] == [RowKind.PARKED, carried_by]


async def test_a_record_that_could_not_be_read_is_answered_as_before() -> None:
    world = World.told([garbage(lane=2)])
    await (await world.worker()).run_to_death()
    before = world.what_came_of_it()
    (row,) = replay(world)
    assert (row.key, row.lane, row.blocks) == ("", 2, False)
    world.database.tables.queue_replays([row])
    await (await world.worker()).run_to_death()
    assert world.what_came_of_it() == before


async def test_a_second_body_under_a_known_id_is_answered_as_before() -> None:
    world = World()
    second = report(KEYS[0], "1", cycle=2)
    world.say([report(KEYS[0], "1"), second])
    await (await world.worker()).run_to_death()
    before, letters = world.what_came_of_it(), world.ids(DeadLettered.name)
    world.say([second])
    await (await world.worker()).run_to_death()
    assert world.what_came_of_it() == before
    assert world.ids(DeadLettered.name) == letters * 2


def test_a_replayed_record_goes_to_its_key_s_lane_and_keeps_where_it_stood() -> None:
    key = KEYS[1]
    record: Record = report(key, "1", offset=17, lane=wrong_lane(key))
    row = replay_row(decode(record), FIRST, NOW, LANES)
    assert (row.lane, row.kind, row.attempt) == (lane_of(key, LANES), RowKind.REPLAY, 0)
    assert TopicLane(row.record.topic, row.record.partition) == TopicLane(TOPICS[0], wrong_lane(key))
    assert (row.record, row.hash) == (record, decode(record).hash)
