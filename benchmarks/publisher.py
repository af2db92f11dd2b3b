"""How the benchmark's forms get to Kafka: as a web form would send them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from benchmarks.registration import Registration
from sandbox.batches import Record, send_all
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import FormReceived
from schemas.flow import LANES
from stream.lane import lane_of


class Publisher:
    """Encodes beforehand, so that publishing takes next to no time of the machine that is measured."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def all_at_once(self, registrations: Sequence[Registration]) -> None:
        """One batch for each lane (a few when they are large), all in one go; returns when all are acknowledged."""
        await send_all(
            self._producer, [(FormReceived.name, lane_of(one.id, LANES), record_of(one)) for one in registrations]
        )

    async def one(self, registration: Registration) -> "asyncio.Future[object]":
        """Hands it over; the future is done when it is acknowledged."""
        record = record_of(registration)
        lane = lane_of(registration.id, LANES)
        sent: asyncio.Future[object] = await self._producer.send(
            FormReceived.name, record["value"], key=record["key"], headers=record["headers"], partition=lane
        )
        return sent


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
