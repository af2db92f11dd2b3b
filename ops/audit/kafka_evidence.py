"""Evidence from Kafka: positions, and the records of the flow's topics, as far back as the limits allow."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import click
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ops.audit.judge.evidence import LogRecord, Place
from ops.servers.kafka_clients import admin_of, no_answer
from ops.servers.kafka_reading import Span, offsets_at, partitions_of, read_between, reading_consumer, spans_of
from stream.kafka_access import KafkaAccess
from stream.kafka_stop import stop

BYTES_MAX = 512 * 1024 * 1024
_BACK_MAX = timedelta(days=400)
_HALVINGS = 30


class KafkaReader:
    """Reads Kafka without a consumer group; made by `kafka_reader`."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, topics: Collection[str]) -> None:
        self._consumer = consumer
        self._admin = admin
        self._topics = topics
        self._bytes = 0

    async def committed(self, group: str) -> dict[Place, int]:
        """The offsets that a group has committed."""
        offsets = await self._admin.list_consumer_group_offsets(group)
        return {
            Place(place.topic, place.partition): found.offset for place, found in offsets.items() if found.offset >= 0
        }

    async def spans(self) -> dict[Place, Span]:
        """The offsets that every partition holds now. Raises ClickException when a topic is missing."""
        places = []
        for topic, partitions in (await partitions_of(self._consumer, self._topics)).items():
            if not partitions:
                raise click.ClickException(f"topic {topic} does not exist: see TopicsUnfit in the runbook")
            places += [TopicPartition(topic, partition) for partition in partitions]
        return {Place(*place): span for place, span in (await spans_of(self._consumer, places)).items()}

    async def starts(
        self, spans: Mapping[Place, Span], records_max: int, now: datetime
    ) -> tuple[dict[Place, int], datetime]:
        """The offsets from which on there are at most `records_max` records, and the moment that these stand for.

        The moment is found by halving, as Kafka tells offsets by time only.
        """
        short, long = timedelta(0), _BACK_MAX
        for _ in range(_HALVINGS):
            middle = (short + long) / 2
            found = await self._since(spans, now - middle)
            fits = sum(span.end - found[place] for place, span in spans.items()) <= records_max
            short, long = (middle, long) if fits else (short, middle)
        return await self._since(spans, now - short), now - short

    async def _since(self, spans: Mapping[Place, Span], moment: datetime) -> dict[Place, int]:
        ends = _by_partition({place: span.end for place, span in spans.items()})
        return {Place(*place): at for place, at in (await offsets_at(self._consumer, moment, ends)).items()}

    async def read(self, starts: Mapping[Place, int], ends: Mapping[Place, int]) -> dict[Place, list[LogRecord]]:
        """The records from `starts` up to `ends`. Raises ClickException when they are larger than `BYTES_MAX`."""
        records: dict[Place, list[LogRecord]] = defaultdict(list)
        async for read in read_between(self._consumer, _by_partition(starts), _by_partition(ends)):
            found = [_record(one) for one in read.records]
            self._weigh(found)
            for one in found:
                records[Place(one.topic, one.partition)].append(one)
        return records

    def _weigh(self, records: Iterable[LogRecord]) -> None:
        self._bytes += sum(len(one.value or b"") for one in records)
        if self._bytes > BYTES_MAX:
            raise click.ClickException(
                f"the records are larger than {BYTES_MAX >> 20} MB together: ask for less (--records)"
            )


@asynccontextmanager
async def kafka_reader(access: KafkaAccess, topics: Collection[str]) -> AsyncIterator[KafkaReader]:
    """A connected reader; raises ClickException when Kafka does not answer, now or while it is used."""
    consumer = reading_consumer(access)
    admin = admin_of(access)
    try:
        await consumer.start()
        await admin.start()
        yield KafkaReader(consumer, admin, topics)
    except (KafkaError, TimeoutError) as error:
        raise click.ClickException(await no_answer(access, error)) from None
    finally:
        await admin.close()
        await stop(consumer)


def _record(one: Any) -> LogRecord:
    return LogRecord(one.topic, one.partition, one.offset, one.key, tuple(one.headers), one.value)


def _by_partition(offsets: Mapping[Place, int]) -> dict[TopicPartition, int]:
    return {TopicPartition(*place): at for place, at in offsets.items()}
