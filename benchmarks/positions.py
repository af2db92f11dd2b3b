"""Where a service stands in its topics, seen from outside."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.errors import BenchmarkError
from schemas.flow import LANES, Party
from stream.kafka_stop import stop

_POLL_S = 0.02
_DEADLINE_S = 60.0


class Positions:
    """Asks the broker; is in nobody's group."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._consumer = consumer
        self._admin = admin

    async def committed(self, party: Party) -> int:
        """How many records the service has done with, all topics and lanes together."""
        offsets = await self._admin.list_consumer_group_offsets(party.name, partitions=_places(party))
        return sum(max(offset.offset, 0) for offset in offsets.values())

    async def written(self, party: Party) -> int:
        """How many records stand in its topics."""
        places = _places(party)
        # Without this, aiokafka takes seconds to find topics that the consumer does not read.
        self._consumer.assign(places)
        return sum((await self._consumer.end_offsets(places)).values())

    async def until_waiting(self, party: Party) -> None:
        """Returns when a record waits for the service; raises BenchmarkError."""
        await _until_past(self.written, party, await self.committed(party))

    async def until_committed_past(self, party: Party, before: int) -> None:
        """Returns when the service has committed more than this; raises BenchmarkError."""
        await _until_past(self.committed, party, before)

    async def until_nothing_waits(self, party: Party) -> None:
        """Returns when the service has done with all that stands in its topics now; raises BenchmarkError."""
        await _until_past(self.committed, party, await self.written(party) - 1)


@asynccontextmanager
async def positions(bootstrap_servers: str) -> AsyncIterator[Positions]:
    """Connected to the broker."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await consumer.start()
        await admin.start()
        yield Positions(consumer, admin)
    finally:
        await admin.close()
        await stop(consumer)


def _places(party: Party) -> list[TopicPartition]:
    return [TopicPartition(event.name, lane) for event in party.consumes for lane in range(LANES)]


async def _until_past(ask: Callable[[Party], Awaitable[int]], party: Party, before: int) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while await ask(party) <= before:
        if time.monotonic() > deadline:
            raise BenchmarkError(f"{party.name}: nothing moved within {_DEADLINE_S:g} s")
        await asyncio.sleep(_POLL_S)
