"""aiokafka's consumer misses that it is to end if its assignment has just changed: it is ended all the same."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from clusters import LANES
from real import make_topics

from sandbox.running import RunningSandbox
from stream.kafka_stop import stop

TOPIC = "read-and-left"


async def test_a_consumer_that_has_just_been_given_other_partitions_ends(sandbox: RunningSandbox) -> None:
    await make_topics(sandbox, (TOPIC,), LANES)
    consumer = AIOKafkaConsumer(bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers)
    await consumer.start()
    places = [TopicPartition(TOPIC, lane) for lane in range(LANES)]
    consumer.assign(places)
    await consumer.getmany(timeout_ms=200)
    consumer.assign(places[:1])
    await stop(consumer)
    assert asyncio.all_tasks() == {asyncio.current_task()}
