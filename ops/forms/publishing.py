"""Forms on their way to Kafka, as a web form sends them; for the commands, the tests and the benchmark."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from ops.forms.checked import ReadyForm
from ops.servers.kafka_clients import begin, producer_of
from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.ids import derived_event_id
from stream.errors import AccessDenied
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import DENIALS, denial, refusal

BATCH_FORMS = 500
BATCH_BYTES_MAX = 524_288
ACKNOWLEDGED_S_MAX = 30.0
STOP_S_MAX = 5.0


class FormProducer:
    """A producer for the topic of forms; every form goes out as a new event of its registration."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def publish(
        self, forms: Iterable[ReadyForm], acknowledged: Callable[[int], object] = lambda count: count
    ) -> None:
        """Returns when Kafka has acknowledged every form; tells how many with each batch.

        Raises:
            TimeoutError: a batch was not acknowledged in time. It may have arrived: to send it again changes nothing.
            KafkaError: Kafka refused.
        """
        remaining = iter(forms)
        while batch := list(islice(remaining, BATCH_FORMS)):
            async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
                await asyncio.gather(*[await self._send(form) for form in batch])
            acknowledged(len(batch))

    async def say(self, source: str, registration: str, event: Event) -> None:
        """Publish one event as others than our services do. Raises as `publish`."""
        async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
            await (await self._send_event(source, registration, event))

    async def send(self, envelope: Envelope, event: Event) -> None:
        """Publish one event as it is; returns when Kafka has acknowledged it. Raises as `publish`."""
        async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
            await (await self._sent(envelope, event))

    async def _send(self, form: ReadyForm) -> "asyncio.Future[object]":
        return await self._send_event(form.source, form.registration, form.event)

    async def _send_event(self, source: str, registration: str, event: Event) -> "asyncio.Future[object]":
        now = datetime.now(UTC)
        envelope = Envelope(
            # Another id for each time it is sent: sealed anew, the same form is another body.
            id=derived_event_id(int(now.timestamp() * 1000), "submit", uuid4().hex, 0),
            source=source,
            name=event.name,
            version=event.version,
            subject=registration,
            time=now,
        )
        return await self._sent(envelope, event)

    async def _sent(self, envelope: Envelope, event: Event) -> "asyncio.Future[object]":
        headers, value = codec.encode(envelope, event)
        sent: asyncio.Future[object] = await self._producer.send(
            event.name, value, key=envelope.subject.encode(), headers=list(headers)
        )
        return sent


@asynccontextmanager
async def form_producer(access: KafkaAccess) -> AsyncIterator[FormProducer]:
    """A connected producer; raises KafkaError when nobody answers, and AccessDenied for what is not allowed."""
    producer = producer_of(access, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES_MAX)
    try:
        await begin(producer)
        yield FormProducer(producer)
    except DENIALS as error:
        raise AccessDenied(denial(access, error)) from None
    except KafkaConnectionError:
        if why := await refusal(access):
            raise AccessDenied(why) from None
        raise
    finally:
        # What was not acknowledged would keep it waiting for as long as Kafka is away.
        with suppress(TimeoutError):
            await asyncio.wait_for(producer.stop(), STOP_S_MAX)
