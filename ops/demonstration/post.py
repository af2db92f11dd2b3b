"""How the demo's forms get to Kafka: as a web form would send them, and one record as none should."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from ops.demonstration.cast import Part
from ops.demonstration.scenario import NO_JSON
from ops.form_file import SOURCE
from ops.publishing import form_producer
from schemas.envelope import Envelope, Header, to_headers
from schemas.events import FormReceived


async def post(bootstrap_servers: str, parts: Sequence[Part]) -> None:
    """Returns when Kafka has acknowledged every form, and the record that is no JSON."""
    async with form_producer(bootstrap_servers) as producer:
        await producer.publish(part.ready for part in parts)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all") as producer:
        await producer.send_and_wait(FormReceived.name, NO_JSON, key=b"nobody", headers=list(_headers()))


def _headers() -> tuple[Header, ...]:
    envelope = Envelope(
        id="broken-off",
        source=SOURCE,
        name=FormReceived.name,
        version=FormReceived.version,
        subject="nobody",
        time=datetime.now(UTC),
    )
    return to_headers(envelope)
