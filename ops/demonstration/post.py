"""How the demo's forms get to Kafka: as a web form would send them, secrets sealed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from joserfc.jwk import KeySet

from ops.demonstration.cast import Part
from ops.demonstration.scenario import NO_JSON
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import FormReceived
from schemas.sealing import Binding, seal

SOURCE = "urn:salariskoppeling:demo"


async def post(bootstrap_servers: str, keys: KeySet, parts: Sequence[Part]) -> None:
    """Returns when Kafka has acknowledged every form, and the record that is no JSON."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for part in parts:
            headers, value = _record(part, keys)
            await producer.send_and_wait(FormReceived.name, value, key=part.registration.encode(), headers=headers)
        await producer.send_and_wait(FormReceived.name, NO_JSON, key=b"nobody", headers=headers)
    finally:
        await producer.stop()


def _record(part: Part, keys: KeySet) -> tuple[list[tuple[str, bytes]], bytes]:
    form = {
        **part.form,
        "connections": [
            {
                **one,
                "client_secret": seal(one["client_secret"], keys, Binding(part.registration, number, "client_secret")),
            }
            if "client_secret" in one
            else one
            for number, one in enumerate(part.form["connections"], start=1)
        ],
    }
    envelope = Envelope(
        id=uuid4().hex,
        source=SOURCE,
        name=FormReceived.name,
        version=FormReceived.version,
        subject=part.registration,
        time=datetime.now(UTC),
    )
    return codec.encode(envelope, FormReceived(submission_id=part.submission_id, form=form))
