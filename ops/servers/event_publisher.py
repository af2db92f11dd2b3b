"""Publishes events that do not come from our services: forms, reviews, and what operators did."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from ops.servers.kafka_clients import connect, producer_of
from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.ids import derived_event_id
from stream.errors import AccessDenied
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import DENIALS, denial, refusal

BATCH_EVENTS = 500
BATCH_BYTES_MAX = 524_288
ACKNOWLEDGED_S_MAX = 30.0
STOP_S_MAX = 5.0


class EventPublisher:
    """Publishes events over a connected producer; made by `event_publisher`."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def publish(self, envelope: Envelope, event: Event) -> None:
        """Returns when Kafka has acknowledged it. Raises as `publish_all`."""
        async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
            await (await self._send(envelope, event))

    async def publish_all(
        self, events: Iterable[tuple[Envelope, Event]], acknowledged: Callable[[int], object] = lambda count: count
    ) -> None:
        """Returns when Kafka has acknowledged all of them; `acknowledged` is called with the size of each batch.

        Raises:
            TimeoutError: a batch was not acknowledged in time. It may have arrived; sending it again does no harm.
            KafkaError: Kafka refused.
        """
        remaining = iter(events)
        while batch := list(islice(remaining, BATCH_EVENTS)):
            async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
                await asyncio.gather(*[await self._send(*one) for one in batch])
            acknowledged(len(batch))

    async def _send(self, envelope: Envelope, event: Event) -> "asyncio.Future[object]":
        headers, value = codec.encode(envelope, event)
        sent: asyncio.Future[object] = await self._producer.send(
            event.name, value, key=envelope.subject.encode(), headers=list(headers)
        )
        return sent


def said_now(source: str, registration: str, event: Event) -> tuple[Envelope, Event]:
    """The event and its envelope, from this source and now, with a new id: the same form sealed again differs."""
    now = datetime.now(UTC)
    found = derived_event_id(int(now.timestamp() * 1000), "submit", uuid4().hex, 0)
    return Envelope(found, source, event.name, event.version, registration, now), event


@asynccontextmanager
async def event_publisher(access: KafkaAccess) -> AsyncIterator[EventPublisher]:
    """A connected publisher; raises KafkaError when no broker answers, and AccessDenied for what is not allowed."""
    producer = producer_of(access, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES_MAX)
    try:
        await connect(producer)
        yield EventPublisher(producer)
    except DENIALS as error:
        raise AccessDenied(denial(access, error)) from None
    except KafkaConnectionError:
        if why := await refusal(access):
            raise AccessDenied(why) from None
        raise
    finally:
        # Without a limit it would wait until everything is acknowledged, for as long as Kafka is away.
        with suppress(TimeoutError):
            await asyncio.wait_for(producer.stop(), STOP_S_MAX)
