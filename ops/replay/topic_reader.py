"""Kafka's topics read by an operator's command: in nobody's group, nothing committed."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from ops.servers.kafka_clients import no_answer
from ops.servers.kafka_reading import next_records, partitions_of, positions_of, reading_consumer
from schemas.topics import event_topics
from stream.kafka_access import KafkaAccess
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

    async def begins(self, topic: str, lanes: Sequence[int]) -> dict[int, int]:
        """The first offset that is still there."""
        found = await self._consumer.beginning_offsets(self._facing(topic, lanes))
        return {place.partition: offset for place, offset in found.items()}

    async def ends(self, topic: str, lanes: Sequence[int]) -> dict[int, int]:
        """The offset behind the last."""
        found = await self._consumer.end_offsets(self._facing(topic, lanes))
        return {place.partition: offset for place, offset in found.items()}

    async def at(self, topic: str, lanes: Sequence[int], moment: datetime) -> dict[int, int]:
        """The first offset that was written at this moment or later; the end where there is none."""
        moment_ms = int(moment.timestamp() * 1000)
        found = await self._consumer.offsets_for_times(dict.fromkeys(self._facing(topic, lanes), moment_ms))
        ends = await self.ends(topic, lanes)
        return {place.partition: one.offset if one else ends[place.partition] for place, one in found.items()}

    def _facing(self, topic: str, lanes: Sequence[int]) -> list[TopicPartition]:
        """Assigned before they are asked about: a consumer looks for two seconds for a topic that it does not read."""
        places = [TopicPartition(topic, lane) for lane in lanes]
        self._consumer.assign(places)
        return places

    async def spans(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """The first offset that is still there, and the one behind the last; of several topics at once."""
        self._consumer.assign(list(places))
        begins = await self._consumer.beginning_offsets(places)
        ends = await self._consumer.end_offsets(places)
        return {place: (begins[place], ends[place]) for place in places}

    async def waiting_since(self, spans: Mapping[TopicPartition, tuple[int, int]]) -> dict[TopicPartition, datetime]:
        """Since when, by Kafka's time, the first record between these offsets stands there, where there is one.

        What a publisher's transaction leaves behind is none.
        """
        since: dict[TopicPartition, datetime] = {}
        left = set(spans)
        self._begin(left, {place: start for place, (start, _) in spans.items()})
        while left:
            for place, found in (await next_records(self._consumer, left)).items():
                since[place] = datetime.fromtimestamp(found[0].timestamp / 1000, UTC)
            positions = await positions_of(self._consumer, left)
            left = {place for place in left - since.keys() if positions[place] < spans[place][1]}
        return since

    async def whole(self, places: Sequence[TopicPartition]) -> AsyncIterator[Record]:
        """All records that stand in these places now, in order for each; of several topics at once.

        Asked once, and before anything else is read: a consumer forgets where the topics are that it does not read.
        """
        spans = await self.spans(places)
        starts = {place: start for place, (start, _) in spans.items()}
        ends = {place: end for place, (_, end) in spans.items()}
        left = {place for place in places if starts[place] < ends[place]}
        self._begin(left, starts)
        while left:
            fetched = await next_records(self._consumer, left)
            for place, found in fetched.items():
                for one in found:
                    if one.offset < ends[place]:
                        yield _record(one)
            left = {place for place in left if await self._consumer.position(place) < ends[place]}

    def _begin(self, places: Collection[TopicPartition], starts: Mapping[TopicPartition, int]) -> None:
        self._consumer.assign(list(places))
        for place in places:
            self._consumer.seek(place, starts[place])

    async def chunks(self, topic: str, starts: Offsets, ends: Offsets, *, at_most: int) -> AsyncIterator[Chunk]:
        """All records between, so many at a time."""
        positions = dict(starts)
        places = {TopicPartition(topic, lane) for lane, start in starts.items() if start < ends[lane]}
        self._begin(places, {place: starts[place.partition] for place in places})
        while places:
            fetched = await next_records(self._consumer, places, at_most)
            records = [_record(one) for found in fetched.values() for one in found if one.offset < ends[one.partition]]
            for place in places:
                positions[place.partition] = min(await self._consumer.position(place), ends[place.partition])
            places = {place for place in places if positions[place.partition] < ends[place.partition]}
            yield Chunk(records, dict(positions))


@asynccontextmanager
async def topic_reader(access: KafkaAccess) -> AsyncIterator[TopicReader]:
    """A connected reader.

    Raises:
        ClickException: Kafka does not answer, lacks one of our topics, or has removed what is being read.
    """
    consumer = reading_consumer(access)
    try:
        await consumer.start()
        for topic, partitions in (await partitions_of(consumer, [topic.name for topic in event_topics()])).items():
            if not partitions:
                raise click.ClickException(f"topic {topic} is not there: see TopicsUnfit in the runbook")
        yield TopicReader(consumer)
    except OffsetOutOfRangeError:
        raise click.ClickException("Kafka has removed records of this range meanwhile: ask for a later one") from None
    except (KafkaError, TimeoutError) as error:
        raise click.ClickException(await no_answer(access, error)) from None
    finally:
        await consumer.stop()


def _record(found: Any) -> Record:
    return Record(found.topic, found.partition, found.offset, found.key, found.value, found.headers)
