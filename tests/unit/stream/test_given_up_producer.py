"""A producer that is given up says nothing any more, also when a broker never answered it."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import RequestTimedOutError

from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership

PLACE = TopicPartition("said", 0)


class Unanswered(AIOKafkaProducer):  # type: ignore[misc] # aiokafka has no types
    """Knows a leader that takes every request, and answers none until its connection is closed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.asked = 0
        self._closes = asyncio.Event()
        self.client.cluster.leader_for_partition = lambda _: 1
        self.client.send = self._ask
        self.client.close = self._close

    async def start(self) -> None:
        self._txn_manager.set_pid_and_epoch(1, 0)
        await self._sender.start()

    async def _ask(self, *_: object, **__: object) -> None:
        self.asked += 1
        await self._closes.wait()
        raise RequestTimedOutError

    async def _close(self) -> None:
        self._closes.set()

    async def say(self) -> None:
        batch = self.create_batch()
        batch.append(key=b"key", value=b"value", timestamp=None)
        await self._message_accumulator.add_batch(batch, PLACE, 1)


async def test_a_producer_that_is_given_up_ends_although_a_broker_owes_it_an_answer() -> None:
    settings = KafkaSettings(KafkaAccess("127.0.0.1:9"), Membership("toy", ()), 1, handover_s_max=0.05)
    transport = KafkaTransport(settings, Unanswered)
    await transport._start_producer()
    old = transport._producing
    await old.say()

    await transport._renew_producer()
    await asyncio.wait_for(old._sender.sender_task, 1)
    assert old.asked == 1
    await transport.close()
