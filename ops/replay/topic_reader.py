"""Reads our topics for an operator's command, without a consumer group."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from ops.servers.kafka_clients import no_answer
from ops.servers.kafka_reading import (
    Positions,
    Spans,
    go_to,
    next_records,
    offsets_at,
    partitions_of,
    positions_of,
    read_between,
    reading_consumer,
    spans_of,
)
from schemas.topics import event_topics
from stream.kafka_access import KafkaAccess
from stream.kafka_stop import stop
from stream.record import Record

Offsets = Mapping[int, int]
"""An offset for each lane."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records in order per lane, and for every lane the offset to go on from after them."""

    records: Sequence[Record]
    positions: Offsets


class TopicReader:
    """Asks the brokers; made by `topic_reader`."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def partitions(self) -> dict[str, list[int]]:
        """The partitions of each of our topics; none where the topic is missing."""
        return await partitions_of(self._consumer, [topic.name for topic in event_topics()])

    async def bounds(self, topic: str, lanes: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """By lane, the first offset that is still there, and the one after the last."""
        spans = await self.spans([TopicPartition(topic, lane) for lane in lanes])
        begins = {place.partition: span.begin for place, span in spans.items()}
        return begins, {place.partition: span.end for place, span in spans.items()}

    async def at(self, topic: str, ends: Offsets, moment: datetime) -> dict[int, int]:
        """By lane, the first offset that was written at this moment or later; the end where there is none."""
        return _by_lane(await offsets_at(self._consumer, moment, _by_place(topic, ends)))

    async def spans(self, places: Sequence[TopicPartition]) -> Spans:
        """The offsets that these hold now; they may be of several topics."""
        return await spans_of(self._consumer, places)

    async def waiting_since(self, spans: Spans) -> dict[TopicPartition, datetime]:
        """When, by Kafka's time, the first record in each span was written; a place without records is left out.

        Markers of transactions are no records.
        """
        since: dict[TopicPartition, datetime] = {}
        left = set(spans)
        go_to(self._consumer, {place: span.begin for place, span in spans.items()})
        while left:
            for place, found in (await next_records(self._consumer, left)).items():
                since[place] = datetime.fromtimestamp(found[0].timestamp / 1000, UTC)
            positions = await positions_of(self._consumer, left)
            left = {place for place in left - since.keys() if positions[place] < spans[place].end}
        return since

    async def whole(self, places: Sequence[TopicPartition]) -> AsyncIterator[Record]:
        """All records that these places hold now, in order within each place; they may be of several topics.

        To be called once, and before anything else is read: a consumer forgets the metadata of topics that it does not
        read.
        """
        spans = await self.spans(places)
        starts = {place: span.begin for place, span in spans.items()}
        ends = {place: span.end for place, span in spans.items()}
        async for read in read_between(self._consumer, starts, ends):
            for one in read.records:
                yield _record(one)

    async def chunks(self, topic: str, starts: Offsets, ends: Offsets, *, at_most: int) -> AsyncIterator[Chunk]:
        """All records from `starts` up to `ends`, in chunks of at most `at_most`."""
        begun, until = _by_place(topic, starts), _by_place(topic, ends)
        async for read in read_between(self._consumer, begun, until, at_most):
            yield Chunk([_record(one) for one in read.records], _by_lane(read.positions))


@asynccontextmanager
async def topic_reader(access: KafkaAccess) -> AsyncIterator[TopicReader]:
    """A connected reader of all our topics.

    Raises:
        ClickException: Kafka does not answer, lacks one of our topics, or has removed what is being read.
    """
    async with reader_of_what_is_there(access) as reader:
        for topic, partitions in (await reader.partitions()).items():
            if not partitions:
                raise click.ClickException(f"topic {topic} does not exist: see TopicsUnfit in the runbook")
        yield reader


@asynccontextmanager
async def reader_of_what_is_there(access: KafkaAccess) -> AsyncIterator[TopicReader]:
    """As `topic_reader`, but topics may be missing."""
    consumer = reading_consumer(access)
    try:
        await consumer.start()
        yield TopicReader(consumer)
    except OffsetOutOfRangeError:
        raise click.ClickException("Kafka has removed records of this range meanwhile: choose a later range") from None
    except (KafkaError, TimeoutError) as error:
        raise click.ClickException(await no_answer(access, error)) from None
    finally:
        await stop(consumer)


def _record(found: Any) -> Record:
    return Record(found.topic, found.partition, found.offset, found.key, found.value, found.headers)


def _by_place(topic: str, offsets: Offsets) -> Positions:
    return {TopicPartition(topic, lane): at for lane, at in offsets.items()}


def _by_lane(positions: Positions) -> dict[int, int]:
    return {place.partition: at for place, at in positions.items()}
