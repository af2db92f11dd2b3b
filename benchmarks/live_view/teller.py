"""How stories get to Kafka: all at once, or event by event at a steady rate."""

import asyncio
import time
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaProducer

from benchmarks.live_view.story import Said
from sandbox.batches import Record, send_all


class Teller:
    """Publishes what was encoded beforehand."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def all_at_once(self, said: Iterable[Said]) -> None:
        """In batches as large as they come; returns when all are acknowledged."""
        await send_all(self._producer, ((one.topic, one.lane, _record(one)) for one in said))

    async def steadily(self, said: Sequence[Said], rate_per_s: float) -> None:
        """One by one, each at its own moment; returns when all are acknowledged."""
        start_s = time.monotonic()
        for number, one in enumerate(said):
            if (early_s := start_s + number / rate_per_s - time.monotonic()) > 0:
                await asyncio.sleep(early_s)
            await self._producer.send(one.topic, one.value, key=one.key, headers=one.headers, partition=one.lane)
        await self._producer.flush()


def _record(one: Said) -> Record:
    return {"key": one.key, "value": one.value, "headers": one.headers, "timestamp": None}
