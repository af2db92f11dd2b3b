"""From events to messages: derived ids, revisions, and the largest size that can be published."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from schemas import codec
from schemas.envelope import SOURCE_PREFIX, Envelope
from schemas.event import Event
from schemas.events import DeadLettered
from schemas.ids import derived_event_id
from stream.decode import Item, Received
from stream.identity import time_prefix
from stream.record import Message
from stream.service import Done, Due, HandedOver

MESSAGE_BYTES_MAX = 262_144


class Emission:
    """Encodes the events that one service emits because of one record."""

    def __init__(self, service: str, item: Item, now: datetime, correlation: str | None) -> None:
        self._service = service
        self._item = item
        self._now = now
        envelope = item.envelope if isinstance(item, Received) else None
        self._root_time_ms = _root_time_ms(item, envelope)
        self._traceparent = envelope.traceparent if envelope else None
        self._id = str(item.id)
        self._cause = envelope.id if envelope else self._id
        foreign = isinstance(item, Received) and isinstance(item.cause, HandedOver)
        own = correlation if envelope is None or foreign else None
        self.correlation = own or (envelope and (envelope.correlation or envelope.id))

    def encode(self, events: Sequence[Event], subject: str, revision: int) -> tuple[Message, ...]:
        """The messages for these events; the first has the revision after `revision`."""
        said: Counter[str] = Counter()
        messages = []
        for next_revision, event in enumerate(events, start=revision + 1):
            part = event.part()
            event_id = self._derived_id(self._service, said[part], part)
            messages.append(self._message(event_id, event, subject, next_revision))
            said[part] += 1
        return tuple(messages)

    def dead_letter(self, reason: str, attempt: int, fingerprint: str) -> Message:
        """The published fact that a record was parked for a human; each attempt is another fact."""
        record = self._item.record
        subject = self._item.subject if isinstance(self._item, Received) else ""
        letter = DeadLettered(
            service=self._service,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            event_id=self._cause,
            reason=reason,
            fingerprint=fingerprint,
        )
        event_id = self._derived_id(f"{self._service}/dead-letter/{attempt}", 0)
        message = self._message(event_id, letter, subject or self._id, 0)
        named = tuple((f"dl_{name}", str(value).encode()) for name, value in letter)
        return Message(message.topic, message.lane, message.key, 0, message.headers + named, message.value)

    def _derived_id(self, emitter: str, ordinal: int, part: str = "") -> str:
        return derived_event_id(self._root_time_ms, emitter, self._id, ordinal, part)

    def _message(self, event_id: str, event: Event, subject: str, revision: int) -> Message:
        envelope = Envelope(
            id=event_id,
            source=SOURCE_PREFIX + self._service,
            name=event.name,
            version=event.version,
            subject=subject,
            time=self._now,
            causation=self._cause,
            correlation=self.correlation,
            revision=revision or None,
            traceparent=self._traceparent,
        )
        headers, value = codec.encode(envelope, event)
        return Message(event.name, self._item.lane, subject, revision, headers, value)


def oversized(messages: Sequence[Message]) -> str | None:
    """The first that the broker or the next reader would not take, as a trace without values; None when they take all.

    Its first line is the same for all that need the same fix.
    """
    for message in messages:
        if len(message.value) > MESSAGE_BYTES_MAX:
            fields = {name: len(json.dumps(value)) for name, value in json.loads(message.value).items()}
            largest = max(fields, key=fields.__getitem__)
            sizes = f"{len(message.value)} bytes, where {MESSAGE_BYTES_MAX} are allowed"
            return f"the event {message.topic}: most of it is the field {largest}\n{sizes}\n"
    return None


def _root_time_ms(item: Item, envelope: Envelope | None) -> int:
    if envelope is None:
        cause = item.cause if isinstance(item, Received) else None
        return _ms(cause.at) if isinstance(cause, Due | Done) else 0
    prefix = time_prefix(envelope.id)
    return _ms(envelope.time) if prefix is None else int.from_bytes(prefix, "big")


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
