"""How stories get to Kafka: all at once, or event by event at a steady rate."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks.batch_producer import batch_producer
from benchmarks.live_view.story import Said


class Teller:
    """Publishes what was encoded beforehand."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def all_at_once(self, said: Iterable[Said]) -> None:
        """In batches as large as they come; returns when all are acknowledged."""
        batches: dict[tuple[str, int], Any] = {}
        for one in said:
            place = one.topic, one.lane
            if place not in batches or not _added(batches[place], one):
                if place in batches:
                    await self._producer.send_batch(batches[place], one.topic, partition=one.lane)
                batches[place] = self._producer.create_batch()
                _added(batches[place], one)
        for (topic, lane), batch in batches.items():
            await self._producer.send_batch(batch, topic, partition=lane)
        await self._producer.flush()

    async def steadily(self, said: Sequence[Said], rate_per_s: float) -> None:
        """One by one, each at its own moment; returns when all are acknowledged."""
        start_s = time.monotonic()
        for number, one in enumerate(said):
            if (early_s := start_s + number / rate_per_s - time.monotonic()) > 0:
                await asyncio.sleep(early_s)
            await self._producer.send(one.topic, one.value, key=one.key, headers=one.headers, partition=one.lane)
        await self._producer.flush()


@asynccontextmanager
async def teller(bootstrap_servers: str) -> AsyncIterator[Teller]:
    """Connected to the broker."""
    async with batch_producer(bootstrap_servers) as producer:
        yield Teller(producer)


def _added(batch: Any, one: Said) -> bool:
    return batch.append(key=one.key, value=one.value, headers=one.headers, timestamp=None) is not None
