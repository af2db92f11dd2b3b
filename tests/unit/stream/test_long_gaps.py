"""More between the two positions than one statement should tell: it is caught up with in stretches, in order."""

from collections.abc import Collection
from dataclasses import replace
from itertools import islice
from uuid import UUID

import pytest
from toy import LANES, TOPICS, Facts, event_of, report, service
from world import GROUP, At, Killed, World, raising

from stream.document import DocumentKey
from stream.lane import lane_of
from stream.limits import BATCH_RECORDS_MAX
from stream.memory.disturbance import Moment
from stream.memory.store import MemoryStore
from stream.record import TopicLane
from stream.store import Reading

pytestmark = pytest.mark.long

KEY = "registration"
PLACE = TopicLane(TOPICS[0], lane_of(KEY, LANES))
MANY = 3_400


class Counting(MemoryStore):
    """Notes how much is asked for at a time."""

    asked: tuple[int, ...] = ()

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        self.asked += (len(ids),)
        return await super().read(ids, keys, taken, documents)


async def _reset(world: World) -> None:
    """Everything was handled, and somebody sets the group's offsets back to the earliest."""
    world.say(report(KEY, str(number), cycle=number + 1) for number in range(MANY))
    await (await world.worker()).run_to_death()
    world.broker.group(GROUP).committed[PLACE] = 0


async def test_no_statement_asks_for_more_than_some_batches_of_it() -> None:
    world = World()
    await _reset(world)
    said = world.ids()
    running = await world.worker()
    store = Counting(world.database)
    running.keeper.worker = replace(running.worker, store=store)
    await running.run_to_death()
    assert world.ids() == said * 2
    assert max(store.asked) <= 3 * BATCH_RECORDS_MAX
    assert len(store.asked) == 4
    assert world.is_done()


@pytest.mark.parametrize("moment", Moment)
async def test_a_worker_killed_between_two_stretches_leaves_the_rest_to_the_next(moment: Moment) -> None:
    world = World()
    await _reset(world)
    said = before = world.ids()
    for stretch in (1, 2, 3):
        world.broker.group(GROUP).committed[PLACE] = 0
        kill = {At("transport", "publish", moment, stretch): raising(Killed())}
        assert await (await world.worker(kill)).run_to_death()
        assert world.broker.group(GROUP).committed[PLACE] == BATCH_RECORDS_MAX * (stretch - 1)

        await (await world.worker()).run_to_death()
        assert world.is_done()
        now = world.ids()
        assert list(dict.fromkeys(now[len(before) :])) == said
        before = now


async def test_what_was_settled_last_is_put_in_order_with_its_rows_whatever_was_before_it() -> None:
    facts = Facts()
    world = World(service(facts=facts))
    await _reset(world)
    world.broker.group(GROUP).committed[PLACE] = MANY
    world.say([report(KEY, "waits", said="customer_action_needed")])
    await (await world.worker()).run_to_death()

    facts.said = "open"
    world.clock.advance(1)
    world.say([report(KEY, "behind")])
    assert await (await world.worker({At("store", "settle", Moment.AFTER): raising(Killed())})).run_to_death()
    assert [row.handled for row in world.database.tables.rows.values()] == [True]
    assert world.database.tables.lanes[PLACE.lane].settled[PLACE.topic] == MANY + 2
    world.broker.group(GROUP).committed[PLACE] = 0

    await (await world.worker()).run_to_death()
    first = dict.fromkeys((found.id, found.revision) for found in (event_of(m).envelope for m in world.published()))
    assert [revision for _, revision in first] == list(range(1, MANY + 3))


async def test_a_key_keeps_its_order_where_the_predecessor_took_the_largest_batches_that_may_be() -> None:
    facts = Facts()
    world = World.told([report(KEY, "waits", said="customer_action_needed")], service(facts=facts))
    await (await world.worker()).run_to_death()

    facts.said = "open"
    world.clock.advance(1)
    others = (key for key in map(str, range(9 * BATCH_RECORDS_MAX)) if lane_of(key, LANES) == PLACE.lane)
    rest = [report(key, key) for key in islice(others, BATCH_RECORDS_MAX - 2)]
    world.say([report(KEY, "behind", cycle=2), *rest])
    kill = {At("transport", "publish", Moment.BEFORE): raising(Killed())}
    assert await (await world.worker(kill, batch=BATCH_RECORDS_MAX)).run_to_death()
    assert world.database.tables.lanes[PLACE.lane].settled[PLACE.topic] == BATCH_RECORDS_MAX
    assert world.broker.group(GROUP).committed[PLACE] == 1

    await (await world.worker(batch=400)).run_to_death()
    of_the_key = [event_of(message).envelope for message in world.published() if message.key == KEY]
    assert [envelope.revision for envelope in of_the_key] == [1, 2]
