"""Publishing what was encoded beforehand in batches, partition by partition, which costs little for each record."""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer

BATCH_BYTES_MAX = 524_288
"""For the producer."""

Record = dict[str, Any]
"""A record's key, value, headers and timestamp, as aiokafka takes them."""


async def send_all(producer: AIOKafkaProducer, records: Iterable[tuple[str, int, Record]]) -> None:
    """Send each to its topic and partition, in batches as large as they come; returns when all are acknowledged."""
    batches: dict[tuple[str, int], Any] = {}
    sent = []
    for topic, lane, record in records:
        batch = batches.get((topic, lane))
        if batch is None or batch.append(**record) is None:
            if batch is not None:
                sent.append(await producer.send_batch(batch, topic, partition=lane))
            batches[topic, lane] = producer.create_batch()
            batches[topic, lane].append(**record)
    sent += [await producer.send_batch(batch, topic, partition=lane) for (topic, lane), batch in batches.items()]
    await asyncio.gather(*sent)
