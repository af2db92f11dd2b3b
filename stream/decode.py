"""From records to something that the service can decide: an event, a wake-up, or an undecodable record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json

from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.ids import RegistrationId
from stream.document import DocumentKey
from stream.identity import content_hash, forced_id, journal_id, place_id
from stream.record import Record
from stream.service import Cause, Concern, Done, Due, HandedOver, Opened, Told
from stream.store import WAKE_UP_TOPIC, Row, RowKind

_OWN = (RowKind.PARKED, RowKind.QUEUED)
"""The rows under whose id their record is recorded; the others only bring it here."""


class Received(NamedTuple):
    """A record whose event could be read. `row` is set when it came from the redelivery queue."""

    record: Record
    row: Row | None
    id: UUID
    hash: bytes
    subject: RegistrationId
    cause: Cause
    envelope: Envelope | None

    @property
    def concern(self) -> Concern:
        """What facts are read for."""
        return Concern(self.subject, self.cause)

    @property
    def lane(self) -> int:
        """The lane it was taken from."""
        return self.row.lane if self.row else self.record.partition

    @property
    def attempt(self) -> int:
        """Which attempt at it this is, from 1."""
        return self.row.attempt + 1 if self.row is not None and self.row.id == self.id else 1

    @property
    def effect_epoch(self) -> int:
        """The epoch of effects it is decided in; 0 unless an operator forced it."""
        return self.row.effect_epoch if self.row is not None else 0

    @property
    def at_first_hand(self) -> bool:
        """Whether it is an event of its own key, and neither a wake-up nor handed over."""
        return isinstance(self.cause, Event)

    def seen_at(self, now: datetime) -> datetime:
        """The decision's present: a deadline that has come stays so, even if the clock is set back afterwards."""
        return max(now, self.cause.at) if isinstance(self.cause, Due) else now

    @property
    def series(self) -> tuple[str, int]:
        """The series whose order it keeps, and its place in it; 0 where it has none."""
        if self.envelope is None or self.envelope.revision is None or not isinstance(self.cause, Event):
            return "", 0
        series = self.cause.series()
        return (f"{self.envelope.source}/{series}", self.envelope.revision) if series else ("", 0)

    @property
    def name(self) -> str:
        """The event's name, or the wake-up's."""
        return self.envelope.name if self.envelope else type(self.cause).__name__.lower()


class Undecodable(NamedTuple):
    """A record that is not an event of its topic, and why."""

    record: Record
    row: Row | None
    id: UUID
    hash: bytes
    fault: str
    detail: str

    @property
    def lane(self) -> int:
        """The lane it was taken from."""
        return self.row.lane if self.row else self.record.partition

    @property
    def attempt(self) -> int:
        """Which attempt at it this is, from 1."""
        return self.row.attempt + 1 if self.row is not None and self.row.id == self.id else 1

    @property
    def key(self) -> str:
        """The key of its row, if another release could read it; else none."""
        return self.row.key if self.row is not None else ""

    @property
    def blocks(self) -> bool:
        """Whether its key waits for it: it does while its row does, and for a record from Kafka no key is known."""
        return self.row is not None and self.row.blocks

    @property
    def name(self) -> str:
        """The topic it stood in."""
        return self.record.topic


Item = Received | Undecodable


def decode(record: Record, row: Row | None = None) -> Item:
    """Read a record. Never raises because of its contents."""
    if record.topic == WAKE_UP_TOPIC and row is not None:
        return _wake_up(record, row)
    try:
        decoded = codec.decode(record.topic, record.headers, record.value)
    except codec.CodecError as error:
        hashed = row.hash if row else content_hash(record.topic, 0, record.value)
        return Undecodable(record, row, _id_unread(record, row), hashed, error.fault, str(error))
    envelope = decoded.envelope
    subject = RegistrationId(envelope.subject)
    if row is not None and row.key not in ("", envelope.subject):
        cause = HandedOver(decoded.event, subject)
        return Received(record, row, row.id, row.hash, RegistrationId(row.key), cause, envelope)
    hashed = row.hash if row is not None and row.key else content_hash(envelope.name, envelope.version, record.value)
    found = journal_id(envelope.source, envelope.id)
    if row is not None and row.effect_epoch:
        found = forced_id(found, row.effect_epoch)
    return Received(record, row, found, hashed, subject, decoded.event, envelope)


def _id_unread(record: Record, row: Row | None) -> UUID:
    """Its place; or the row's id, if the row is its own: a release that can read it finds there what was recorded."""
    if row is None:
        return place_id(record)
    if row.kind in _OWN:
        return row.id
    return forced_id(place_id(record), row.effect_epoch) if row.effect_epoch else place_id(record)


def _wake_up(record: Record, row: Row) -> Received:
    said = from_json(record.value or b"{}")
    return Received(record, row, row.id, row.hash, said["key"], _woken_by(said), None)


def _woken_by(said: Mapping[str, Any]) -> Cause:
    if "effect" in said:
        at = datetime.fromisoformat(said["at"])
        return Done(said["effect"], said["occasion"], said["role"], said["epoch"], at)
    document = DocumentKey(said["kind"], said["key"])
    if "by" in said:
        # The text is in the field `gate`, so that earlier releases can read it, and this one what they queued.
        return Told(document, said["gate"])
    return Opened(document, said["gate"]) if "gate" in said else Due(document, datetime.fromisoformat(said["at"]))
