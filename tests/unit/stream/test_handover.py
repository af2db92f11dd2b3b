"""A rebalance waits for a batch that is under way, and for none that has ended, however it ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from toy import LANES, TOPICS, report
from world import MEMBERSHIP, At, World, raising

from stream.errors import StoreUnavailable, StreamError, TransportUnavailable
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.memory.disturbance import Moment
from stream.memory.transport import MemoryTransport
from stream.record import Record, TopicLane
from stream.transport import Membership

HELD = {TopicPartition(topic, 0) for topic in TOPICS}
BEFORE = Moment.BEFORE


class Handing(MemoryTransport):
    """Knows whether a batch is under way."""

    is_under_way = False

    async def receive(self, max_records: int, timeout_s: float, places: Sequence[TopicLane] = ()) -> Sequence[Record]:
        self.is_under_way = True
        return await super().receive(max_records, timeout_s, places)

    def let_go(self) -> None:
        self.is_under_way = False


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (At("store", "settle", BEFORE), StoreUnavailable()),
        (At("transport", "publish", BEFORE), TransportUnavailable()),
        (At("transport", "commit", BEFORE, 2), TransportUnavailable()),
    ],
)
async def test_a_batch_that_ends_in_an_error_holds_no_rebalance_up(at: At, error: StreamError) -> None:
    world = World.told([report("key", "1")])
    running = await world.worker({at: raising(error)})
    await running.transport.close()
    transport = Handing(world.broker, MEMBERSHIP, world.clock, running.trouble.of_transport)
    await transport.start()
    worker = replace(running.worker, transport=transport)

    with pytest.raises(type(error)):
        await worker.run_once()
    assert not transport.is_under_way


class OneRecord:
    """A consumer that was given a lane, and brings one record of it."""

    def partitions_for_topic(self, _: str) -> set[int]:
        return set(range(LANES))

    def assignment(self) -> set[TopicPartition]:
        return HELD

    def last_stable_offset(self, _: TopicPartition) -> None:
        """Nothing is noted of the lag."""

    async def getmany(self, *_: object, **__: object) -> dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]:
        place = TopicPartition(TOPICS[0], 0)
        return {place: [ConsumerRecord(*place, 0, 0, 0, b"key", b"value", None, 3, 5, ())]}

    def seek(self, *_: object) -> None:
        """Nothing is left over."""

    def pause(self, *_: object) -> None:
        """Nothing is left over."""


async def test_a_rebalance_waits_for_the_batch_under_way_until_it_is_let_go() -> None:
    transport = KafkaTransport(KafkaSettings(KafkaAccess("127.0.0.1:9"), Membership("toy", TOPICS), LANES))
    transport._consumer = OneRecord()
    transport.on_partitions_assigned(HELD)
    assert len(await transport.receive(1, 0.0)) == 1

    handing_over = asyncio.create_task(transport.on_partitions_revoked(HELD))
    for _ in range(10):
        await asyncio.sleep(0)
    assert (handing_over.done(), transport.assignment().lanes) == (False, frozenset({0}))

    transport.let_go()
    await asyncio.wait_for(handing_over, 1)
    assert transport.assignment().lanes == frozenset()
