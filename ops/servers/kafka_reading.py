"""Functions with which operators' commands read Kafka, by a consumer without a group, which commits nothing."""

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
"""Short, as a broker answers a connection's requests one by one: the next request waits until a fetch has ended."""

Positions: TypeAlias = Mapping[TopicPartition, int]
"""An offset for each partition."""


class Span(NamedTuple):
    """A range of offsets: the first, and the one after the last."""

    begin: int
    end: int


Spans: TypeAlias = Mapping[TopicPartition, Span]


class Read(NamedTuple):
    """The client's records, in order within each partition, and for every partition the offset to go on from."""

    records: Sequence[Any]
    positions: Positions


def reading_consumer(access: KafkaAccess) -> AIOKafkaConsumer:
    """A consumer, not started; it reads committed records only, and only from positions that it is given."""
    use_tolerant_records()
    return consumer_of(
        access,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        fetch_max_wait_ms=_FETCH_MAX_WAIT_MS,
    )


async def partitions_of(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> dict[str, list[int]]:
    """The partitions of each topic; none where it is missing. Raises TopicAuthorizationFailedError."""
    client = consumer._client  # noqa: SLF001  aiokafka has no other way to ask
    cluster = await client.fetch_all_metadata()
    found = {topic: sorted(cluster.partitions_for_topic(topic) or ()) for topic in topics}
    await refuse_barred(client, [topic for topic, partitions in found.items() if not partitions])
    return found


async def next_records(
    consumer: AIOKafkaConsumer, places: Collection[TopicPartition], at_most: int = RECORDS_MAX
) -> Mapping[TopicPartition, list[Any]]:
    """The next records of these partitions; none where it only passed markers of transactions.

    Raises:
        TimeoutError: nothing came for `STALLED_S`.
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
    """The offsets that are read next."""
    return {place: await consumer.position(place) for place in places}


async def spans_of(consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> Spans:
    """The offsets that these partitions hold now.

    They are assigned first: asked about a topic that it does not read, a consumer takes two seconds to find it.
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
    """Let the consumer read these partitions, from these offsets on."""
    consumer.assign(list(starts))
    for place, start in starts.items():
        consumer.seek(place, start)


async def read_between(
    consumer: AIOKafkaConsumer, starts: Positions, ends: Positions, at_most: int = RECORDS_MAX
) -> AsyncIterator[Read]:
    """Everything from `starts` up to `ends`, at most `at_most` records at a time.

    Raises:
        TimeoutError: as `next_records`.
    """
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
