"""Somebody else may publish in Kafka transactions: what was taken back was never said, and markers are no records."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from clusters import LANES, OnKafka, until
from real import make_topics

from sandbox.running import RunningSandbox
from stream.record import TopicLane


@asynccontextmanager
async def transacting(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"form-{uuid4().hex}") as producer:
        yield producer


async def say(producer: AIOKafkaProducer, place: TopicLane, value: bytes, *, taken_back: bool) -> None:
    await producer.begin_transaction()
    await producer.send_and_wait(place.topic, value, partition=place.lane)
    await (producer.abort_transaction() if taken_back else producer.commit_transaction())


async def test_what_a_transaction_took_back_is_not_read_and_what_it_leaves_behind_is_no_lag(
    sandbox: RunningSandbox,
) -> None:
    bootstrap = sandbox.endpoints().kafka.bootstrap_servers
    place = TopicLane(f"forms-{uuid4().hex[:8]}", 0)
    await make_topics(sandbox, (place.topic,), LANES)
    cluster = OnKafka(bootstrap, (place.topic,))
    member = cluster.member()
    await member.start()
    await until(member, lambda: len(member.assignment().lanes) == LANES)
    member.seek({TopicLane(place.topic, lane): 0 for lane in range(LANES)})
    async with transacting(bootstrap) as producer:
        await say(producer, place, b"taken back", taken_back=True)
        await say(producer, place, b"meant", taken_back=False)
        await say(producer, place, b"taken back again", taken_back=True)

    heard: list[bytes | None] = []
    async with asyncio.timeout(15):
        while await member.lag():
            heard += [record.value for record in await member.receive(500, 1.0)]

    assert heard == [b"meant"]
    await until(member, lambda: member.seen_lag() == {place.topic: 0})
    await cluster.close()
