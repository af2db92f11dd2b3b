"""How the benchmark's forms get to Kafka: as a web form would send them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks.batch_producer import batch_producer
from benchmarks.registration import Registration
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import FormReceived
from schemas.flow import LANES
from stream.lane import lane_of

Record = dict[str, Any]
"""A record's key, value, headers and timestamp, as aiokafka takes them."""


class Publisher:
    """Encodes beforehand, so that publishing takes next to no time of the machine that is measured."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def all_at_once(self, registrations: Sequence[Registration]) -> None:
        """One batch for each lane (a few when they are large), all in one go; returns when all are acknowledged."""
        by_lane: dict[int, list[Record]] = defaultdict(list)
        for one in registrations:
            by_lane[lane_of(one.id, LANES)].append(record_of(one))
        batches = [(lane, batch) for lane, records in by_lane.items() for batch in self._batches(records)]
        sent = [await self._producer.send_batch(batch, FormReceived.name, partition=lane) for lane, batch in batches]
        await asyncio.gather(*sent)

    async def one(self, registration: Registration) -> "asyncio.Future[object]":
        """Hands it over; the future is done when it is acknowledged."""
        record = record_of(registration)
        lane = lane_of(registration.id, LANES)
        sent: asyncio.Future[object] = await self._producer.send(
            FormReceived.name, record["value"], key=record["key"], headers=record["headers"], partition=lane
        )
        return sent

    def _batches(self, records: Sequence[Record]) -> list[Any]:
        batches = [self._producer.create_batch()]
        for record in records:
            if batches[-1].append(**record) is None:
                batches.append(self._producer.create_batch())
                batches[-1].append(**record)
        return batches


@asynccontextmanager
async def publisher(bootstrap_servers: str) -> AsyncIterator[Publisher]:
    """Connected to the broker."""
    async with batch_producer(bootstrap_servers) as producer:
        yield Publisher(producer)


def record_of(registration: Registration) -> Record:
    """As a web form publishes it."""
    form = registration.form
    envelope = Envelope(
        id=f"event-{form.event.submission_id}",
        source=form.source,
        name=FormReceived.name,
        version=FormReceived.version,
        subject=form.registration,
        time=datetime.now(UTC),
    )
    headers, value = codec.encode(envelope, form.event)
    return {"key": form.registration.encode(), "value": value, "headers": list(headers), "timestamp": None}
