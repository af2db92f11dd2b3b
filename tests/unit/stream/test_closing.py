"""A transport that is closed while Kafka is away ends like any other."""

import asyncio

import pytest

from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership


class Client:
    """A consumer or producer; one that fetches cancels its fetch as it stops, one that hangs never stops."""

    def __init__(self, *, fetches: bool = False, hangs: bool = False) -> None:
        self.fetches = fetches
        self.hangs = hangs
        self.stopped = False

    async def stop(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        self.stopped = True
        if self.fetches:
            fetch = asyncio.create_task(asyncio.Event().wait())
            fetch.cancel()
            await fetch


def transport(consumer: Client, producer: Client) -> KafkaTransport:
    made = KafkaTransport(KafkaSettings(KafkaAccess("127.0.0.1:9"), Membership("toy", ()), 1))
    made._consumer, made._producer = consumer, producer
    return made


async def test_a_fetch_that_aiokafka_cancelled_itself_cancels_nobody_else() -> None:
    consumer, producer = Client(fetches=True), Client()
    await transport(consumer, producer).close()
    assert consumer.stopped
    assert producer.stopped


async def test_whoever_closes_waits_no_longer_than_it_wants_to() -> None:
    consumer, producer = Client(hangs=True), Client()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(transport(consumer, producer).close(), 0.01)
    assert not producer.stopped
