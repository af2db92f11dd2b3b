"""Bytes to the newest version of an event and back: the only place that knows JSON."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import ValidationError

from schemas.envelope import Envelope, EnvelopeError, Header, from_headers, to_headers
from schemas.event import Event, EventType, OversizedError
from schemas.flow import FLOW
from schemas.foreign_json import NotJsonError
from schemas.versions import VERSIONS

FOREIGN_BYTES_MAX = 65_536
OWN_BYTES_MAX = 900_000
ANSWERED_BYTES_MAX = 1_048_576
"""A record too large to be read is searched for an address to answer, up to this size: about what a broker takes."""

_VERSIONS: dict[tuple[str, int], EventType] = {(event.name, event.version): event for event in VERSIONS}
_FOREIGN = frozenset(event.name for party in FLOW if not party.ours for event in party.emits)
_NEWEST: dict[str, EventType] = {event.name: event for event in VERSIONS}


class CodecFault(StrEnum):
    """Why a record could not be read (in addition to the faults of its envelope)."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NOT_JSON = "NOT_JSON"
    WRONG_SHAPE = "WRONG_SHAPE"
    WRONG_TOPIC = "WRONG_TOPIC"
    UNKNOWN_VERSION = "UNKNOWN_VERSION"
    NO_SUBJECT = "NO_SUBJECT"


class CodecError(ValueError):
    """The record is not an event of its topic. `fault` says why; `detail` names fields, never values."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else fault)
        self.fault = fault


class Decoded(NamedTuple):
    """An event in its newest version, with its envelope; `envelope.subject` is the registration id."""

    envelope: Envelope
    event: Event


def value_bytes_max(topic: str) -> int:
    """The largest value, in bytes, that is read from (and written to) this topic."""
    return FOREIGN_BYTES_MAX if topic in _FOREIGN else OWN_BYTES_MAX


def encode(envelope: Envelope, event: Event) -> tuple[tuple[Header, ...], bytes]:
    """The headers and the value of this event's record."""
    return to_headers(envelope), event.to_json()


def decode(topic: str, headers: Sequence[tuple[str, bytes | None]], value: bytes | None) -> Decoded:
    """Read a record of this topic, whatever version it was written in.

    Raises:
        CodecError: it is no event of this topic.
    """
    if not value:
        raise CodecError(CodecFault.EMPTY)
    if len(value) > ANSWERED_BYTES_MAX:
        raise CodecError(CodecFault.TOO_LARGE)
    try:
        envelope = from_headers(headers)
    except EnvelopeError as error:
        raise CodecError(error.fault, error.header) from None
    event = upcast_to(_NEWEST[topic].version, _read(topic, envelope, value))
    subject = event.subject(envelope.source, envelope.subject)
    if not subject:
        raise CodecError(CodecFault.NO_SUBJECT)
    return Decoded(envelope if subject == envelope.subject else envelope._replace(subject=subject), event)


def upcast_to(version: int, event: Event) -> Event:
    """The same fact in this version, which may be its own.

    Raises:
        NotImplementedError: a version on the way lacks an upcast of its own (an inherited one leads nowhere new).
    """
    while event.version < version:
        before, event = event, event.upcast()
        if event.version <= before.version:
            raise NotImplementedError
    return event


def storable(topic: str, value: bytes | None) -> bytes | None:
    """The value of a record of this topic as it may be stored: without clear secrets."""
    return _NEWEST[topic].storable(value) if value and topic in _NEWEST else value


def _read(topic: str, envelope: Envelope, value: bytes) -> Event:
    if envelope.name != topic:
        raise CodecError(CodecFault.WRONG_TOPIC)
    version = _VERSIONS.get((topic, envelope.version))
    if version is None:
        raise CodecError(CodecFault.UNKNOWN_VERSION, str(envelope.version))
    try:
        return version.from_json(value) if len(value) <= value_bytes_max(topic) else version.from_oversized(value)
    except OversizedError:
        raise CodecError(CodecFault.TOO_LARGE) from None
    except NotJsonError:
        raise CodecError(CodecFault.NOT_JSON) from None
    except ValidationError as error:
        raise CodecError(*_fault(error)) from None


def _fault(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return CodecFault.NOT_JSON, ""
    known = ".".join(str(part)[:40] for part in first["loc"][:5])
    return CodecFault.WRONG_SHAPE, f"{known} {first['type']}".strip()
