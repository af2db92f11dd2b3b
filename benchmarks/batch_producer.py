"""The producer with which benchmarks publish what was encoded beforehand."""

from aiokafka import AIOKafkaProducer

from sandbox.batches import BATCH_BYTES_MAX


def batch_producer(bootstrap_servers: str) -> AIOKafkaProducer:
    """A producer, connected within an `async with`; its batches hold half a megabyte."""
    return AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", max_batch_size=BATCH_BYTES_MAX)
