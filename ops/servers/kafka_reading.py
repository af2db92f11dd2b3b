"""How operators' commands read Kafka: by a consumer that is in nobody's group and commits nothing."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.servers.kafka_clients import consumer_of
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import refuse_barred
from stream.tolerant_records import use_tolerant_records

RECORDS_MAX = 2_000
STALLED_S = 20.0
_POLL_MS = 250
_FETCH_MAX_WAIT_MS = 50
"""A broker answers one question of a connection after the other: whatever is asked next waits for a fetch to end."""


def reading_consumer(access: KafkaAccess) -> AIOKafkaConsumer:
    """Not started; it guesses no position, and reads what was said, not what was taken back."""
    use_tolerant_records()
    return consumer_of(
        access,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        fetch_max_wait_ms=_FETCH_MAX_WAIT_MS,
    )


async def partitions_of(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> dict[str, list[int]]:
    """The partitions of each; none where the topic is missing. Raises TopicAuthorizationFailedError."""
    client = consumer._client  # noqa: SLF001  aiokafka has no other way to ask
    cluster = await client.fetch_all_metadata()
    found = {topic: sorted(cluster.partitions_for_topic(topic) or ()) for topic in topics}
    await refuse_barred(client, [topic for topic, partitions in found.items() if not partitions])
    return found


async def next_records(
    consumer: AIOKafkaConsumer, places: Collection[TopicPartition], at_most: int = RECORDS_MAX
) -> Mapping[TopicPartition, list[Any]]:
    """The next records of these; none where only what a transaction leaves behind was passed.

    Raises:
        TimeoutError: nothing came for STALLED_S seconds.
    """
    before = await positions_of(consumer, places)
    async with asyncio.timeout(STALLED_S):
        while True:
            found: Mapping[TopicPartition, list[Any]] = await consumer.getmany(
                *places, timeout_ms=_POLL_MS, max_records=at_most
            )
            if found or before != await positions_of(consumer, places):
                return found


async def positions_of(consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """The offsets that come next."""
    return {place: await consumer.position(place) for place in places}
