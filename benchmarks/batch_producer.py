"""The connection by which benchmarks publish what was encoded beforehand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

_BATCH_BYTES_MAX = 524_288


@asynccontextmanager
async def batch_producer(bootstrap_servers: str) -> AsyncIterator[AIOKafkaProducer]:
    """Connected to the broker for the length of the block; batches are half a megabyte."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", max_batch_size=_BATCH_BYTES_MAX)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()
