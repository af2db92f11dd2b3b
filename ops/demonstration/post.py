"""Publishes the demo's forms as a web form would, a review, and one broken record."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from ops.asr import processor_review
from ops.demonstration.cast import Part
from ops.demonstration.scenario import NO_JSON
from ops.forms.file import SOURCE
from ops.servers.event_publisher import event_publisher, said_now
from schemas.envelope import Envelope, to_headers
from schemas.events import FormReceived, ProcessorReviewed
from stream.kafka_access import KafkaAccess


async def post(access: KafkaAccess, parts: Sequence[Part]) -> None:
    """Returns when Kafka has acknowledged every form."""
    forms = (part.ready for part in parts)
    async with event_publisher(access) as publisher:
        await publisher.publish_all(said_now(form.source, form.registration, form.event) for form in forms)


async def post_confirmation(access: KafkaAccess, processor: Part) -> None:
    """Publish a.s.r.'s confirmation of a processor."""
    email, name = (str(processor.ready.event.form[field]) for field in ("email", "company_name"))
    review = ProcessorReviewed(email=email, company_name=name, verdict="confirmed", reviewed_at=datetime.now(UTC))
    async with event_publisher(access) as publisher:
        await publisher.publish(*said_now(processor_review.SOURCE, processor.registration, review))


async def post_no_json(access: KafkaAccess) -> None:
    """Publish a record that breaks off; returns when Kafka has acknowledged it."""
    envelope = Envelope("broken-off", SOURCE, FormReceived.name, FormReceived.version, "nobody", datetime.now(UTC))
    async with AIOKafkaProducer(**access.arguments(), acks="all") as producer:
        await producer.send_and_wait(FormReceived.name, NO_JSON, key=b"nobody", headers=list(to_headers(envelope)))
