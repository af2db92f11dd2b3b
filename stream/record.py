"""Records as received, messages as published, and the bytes in which both are stored."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from schemas.envelope import HEADERS_MAX

RawHeaders = tuple[tuple[str, bytes | None], ...]

# One more than may be read, so that a record with too many still has too many when it comes from the queue.
_KEPT_HEADERS_MAX = HEADERS_MAX + 1


class TopicLane(NamedTuple):
    """One partition of one topic."""

    topic: str
    lane: int


class Record(NamedTuple):
    """A record as Kafka gave it: nothing about it is trusted yet."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: RawHeaders


class Message(NamedTuple):
    """An encoded event on its way: published as it is, now or at any repeat."""

    topic: str
    lane: int
    key: str
    revision: int
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


def pack_messages(messages: Sequence[Message]) -> bytes:
    """The messages as the journal keeps them."""
    return to_json([(m.topic, m.lane, m.key, m.revision, m.headers, m.value) for m in messages])


def unpack_messages(packed: bytes | None) -> tuple[Message, ...]:
    """The messages as they were when they were packed."""
    return tuple(_message(*fields) for fields in from_json(packed)) if packed else ()


def _message(topic: str, lane: int, key: str, revision: int, *rest: Any) -> Message:
    headers, value = rest
    return Message(topic, lane, key, revision, tuple((n, v.encode()) for n, v in headers), value.encode())


def pack_headers(headers: RawHeaders) -> bytes:
    """Headers of any bytes as a redelivery row keeps them: the first 65."""
    kept = headers[:_KEPT_HEADERS_MAX]
    return to_json([(name, None if value is None else value.decode("latin-1")) for name, value in kept])


def unpack_headers(packed: bytes) -> RawHeaders:
    """The headers as they were when they were packed."""
    return tuple((name, None if text is None else text.encode("latin-1")) for name, text in from_json(packed))
