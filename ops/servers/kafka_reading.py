"""How operators' commands read Kafka: by a consumer that is in nobody's group and commits nothing."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

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

Positions: TypeAlias = Mapping[TopicPartition, int]
"""An offset for each place."""


class Span(NamedTuple):
    """The first offset that is still there, or is asked about, and the one behind the last."""

    begin: int
    end: int


Spans: TypeAlias = Mapping[TopicPartition, Span]


class Read(NamedTuple):
    """Records as the client has them, in order for each place, and for every place the offset to go on from."""

    records: Sequence[Any]
    positions: Positions


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


async def spans_of(consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> Spans:
    """What these hold now.

    Assigned before they are asked about: a consumer looks for two seconds for a topic that it does not read.
    """
    consumer.assign(list(places))
    begins = await consumer.beginning_offsets(places)
    ends = await consumer.end_offsets(places)
    return {place: Span(begins[place], ends[place]) for place in places}


async def offsets_at(consumer: AIOKafkaConsumer, moment: datetime, ends: Positions) -> dict[TopicPartition, int]:
    """The first offset that was written at this moment or later; the end where there is none."""
    found = await consumer.offsets_for_times(dict.fromkeys(ends, int(moment.timestamp() * 1000)))
    return {place: at.offset if at else ends[place] for place, at in found.items()}


def go_to(consumer: AIOKafkaConsumer, starts: Positions) -> None:
    """Read these from there on."""
    consumer.assign(list(starts))
    for place, start in starts.items():
        consumer.seek(place, start)


async def read_between(
    consumer: AIOKafkaConsumer, starts: Positions, ends: Positions, at_most: int = RECORDS_MAX
) -> AsyncIterator[Read]:
    """Everything that stands between, at most so many records at a time. Raises TimeoutError as `next_records`."""
    positions = dict(starts)
    left = {place for place, start in starts.items() if start < ends[place]}
    go_to(consumer, {place: starts[place] for place in left})
    while left:
        fetched = await next_records(consumer, left, at_most)
        for place, at in (await positions_of(consumer, left)).items():
            positions[place] = min(at, ends[place])
        left = {place for place in left if positions[place] < ends[place]}
        records = [one for place, found in fetched.items() for one in found if one.offset < ends[place]]
        yield Read(records, dict(positions))
