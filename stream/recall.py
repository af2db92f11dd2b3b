"""Finds what was recorded of a record below the settled position, by whichever release took it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.envelope import EnvelopeError, from_headers
from stream.decode import Item, Received, decode
from stream.errors import StateWentBack
from stream.horizon import is_forgotten, said_at
from stream.identity import content_hash, journal_id, place_id, reused_id
from stream.lane import lane_of
from stream.record import Message, Record
from stream.store import Reading, Recorded, Store


class _Name(NamedTuple):
    """The id and hash under which a release that can read a record records it, and its subject, as far as known."""

    id: UUID
    hash: bytes
    subject: str
    said_at: datetime | None


async def recorded_messages(records: Sequence[Record], store: Store, lanes_total: int) -> list[Message]:
    """The messages recorded for records below the settled position, as far as their lane has to publish them.

    Raises:
        StateWentBack: nothing was recorded of one of them.
    """
    items = [decode(record) for record in records]
    found = await store.read(ids={id_ for item in items for id_ in _ids_of(item)})
    return [message for item in items for message in _answer_of(item, found, lanes_total)]


def _ids_of(item: Item) -> tuple[UUID, ...]:
    """The ids under which it may be recorded: its place if it was unreadable then, its own id, or a second body's."""
    place, name = place_id(item.record), _name(item)
    return (place,) if name is None else (place, name.id, reused_id(name.id, name.hash))


def _answer_of(item: Item, found: Reading, lanes_total: int) -> Sequence[Message]:
    """What was recorded of it under one of its `_ids_of`, as far as it is this lane's to publish.

    Nothing for a record that was moved, because its key's lane answers it; nor for a repeat of a record that was pruned
    since, because that was published long ago.
    """
    unread = found.recorded.get(place_id(item.record))
    if unread is not None:
        return unread.messages
    name = _name(item)
    entry = _entry(name, found) if name is not None else None
    if entry is not None:
        return [message for message in entry.messages if message.lane == item.record.partition]
    pruned = name is not None and is_forgotten(name.said_at, found.pruned_up_to)
    if name is None or not (pruned or _may_be_moved(name, item.record, lanes_total)):
        place = f"{item.record.topic}/{item.record.partition}/{item.record.offset}"
        raise StateWentBack(f"{place} lies below the settled position and is not in the journal")
    return ()


def _name(item: Item) -> _Name | None:
    if isinstance(item, Received):
        return _Name(item.id, item.hash, item.subject, said_at(item))
    try:
        envelope = from_headers(item.record.headers)
    except EnvelopeError:
        return None
    hashed = content_hash(envelope.name, envelope.version, item.record.value)
    return _Name(journal_id(envelope.source, envelope.id), hashed, envelope.subject, envelope.time)


def _entry(name: _Name, found: Reading) -> Recorded | None:
    entry = found.recorded.get(name.id)
    return entry if entry is None or entry.hash == name.hash else found.recorded.get(reused_id(name.id, name.hash))


def _may_be_moved(name: _Name, record: Record, lanes_total: int) -> bool:
    """Whether it may have been moved: an event that cannot be read and names no subject has no known lane."""
    return not name.subject or lane_of(name.subject, lanes_total) != record.partition
