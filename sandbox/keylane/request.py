"""Reads a record that Keylane receives, and tries the tokens of a request: once, when it comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from joserfc.jwk import KeySet

from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningCancelled, ProvisioningRequested
from schemas.sealing import Binding, SealingError, unseal
from schemas.values import SealedFor

TOPIC = ProvisioningRequested.name
TOPICS = (TOPIC, ProvisioningCancelled.name)


@dataclass(frozen=True, slots=True)
class Request:
    """What Keylane remembers of a request, never what a token held. `opened`: each token opened under its binding."""

    source: str
    id: str
    subject: str
    connection: int
    cycle: int
    revision: int | None
    correlation: str | None
    lane: int
    received_at: datetime
    opened: bool


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A connection is not wanted any more: whatever was requested for it up to this cycle."""

    source: str
    id: str
    subject: str
    connection: int
    cycle: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is neither of these, and why."""

    topic: str
    lane: int
    offset: int
    fault: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as it came from Kafka."""

    topic: str
    lane: int
    offset: int
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None


Received = Request | Cancellation | Unreadable


def read(arrival: Arrival, keys: KeySet, now: datetime) -> Received:
    """Read a record and try its tokens. Never raises for what stands in it."""
    try:
        decoded = codec.decode(arrival.topic, arrival.headers, arrival.value)
    except codec.CodecError as error:
        return Unreadable(arrival.topic, arrival.lane, arrival.offset, error.fault)
    match decoded.event:
        case ProvisioningRequested() as event:
            return _request(event, decoded.envelope, arrival.lane, keys, now)
        case ProvisioningCancelled(contact=contact, cycle=cycle):
            envelope = decoded.envelope
            return Cancellation(envelope.source, envelope.id, envelope.subject, contact.connection, cycle, now)
        case _:
            return Unreadable(arrival.topic, arrival.lane, arrival.offset, codec.CodecFault.WRONG_TOPIC)


def _request(event: ProvisioningRequested, envelope: Envelope, lane: int, keys: KeySet, now: datetime) -> Request:
    connection = event.contact.connection
    own = SealedFor(registration=envelope.subject, connection=connection)
    tokens = ((secret.token, _binding(secret.bound_to or own, secret.purpose)) for secret in event.secrets)
    return Request(
        source=envelope.source,
        id=envelope.id,
        subject=envelope.subject,
        connection=connection,
        cycle=event.cycle,
        revision=envelope.revision,
        correlation=envelope.correlation,
        lane=lane,
        received_at=now,
        opened=_all_open(tokens, keys),
    )


def _binding(place: SealedFor, purpose: str) -> Binding:
    return Binding(place.registration, place.connection, purpose)


def _all_open(tokens: Iterable[tuple[str, Binding]], keys: KeySet) -> bool:
    try:
        for token, binding in tokens:
            unseal(token, keys, binding)
    except SealingError:
        return False
    return True
