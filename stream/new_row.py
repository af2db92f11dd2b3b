"""A record put into the redelivery queue, whatever for. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from schemas.codec import storable
from stream.decode import Item, Received
from stream.identity import handed_id, moved_id, replay_id
from stream.lane import lane_of
from stream.store import Row, RowKind


def new_row(item: Item, kind: RowKind, reason: str, *, attempt: int, now: datetime) -> Row:
    """The row of this record under its own id and in its own lane, due now; what cannot be read blocks nothing."""
    record = item.record._replace(value=storable(item.record.topic, item.record.value))
    readable = isinstance(item, Received)
    key = item.subject if isinstance(item, Received) else ""
    return Row(
        item.id, item.lane, key, kind, attempt, record, item.hash,
        first_at=now, due_at=now, blocks=readable, reason=reason,
    )  # fmt: skip


def moved_row(item: Received, *, lanes: int, now: datetime) -> Row:
    """The row that carries this record from a wrong lane to its key's."""
    row = new_row(item, RowKind.MOVED, "WRONG_LANE", attempt=0, now=now)
    return replace(row, id=moved_id(item.id, item.hash), lane=lane_of(item.subject, lanes))


def handed_rows(item: Received, subjects: Collection[str], *, lanes: int, now: datetime) -> list[Row]:
    """The rows that hand this record over to other keys, each in its own lane."""
    if not subjects:
        return []
    row = new_row(item, RowKind.QUEUED, "HANDED_OVER", attempt=0, now=now)
    return [replace(row, id=handed_id(item.id, to), lane=lane_of(to, lanes), key=to) for to in subjects]


def replay_row(item: Item, replay: UUID, now: datetime, lanes: int, *, effect_epoch: int = 0) -> Row:
    """The row by which `replay` brings this record, in its key's lane.

    Its own id is not the record's: the journal answers the record with what was recorded, if anything was. In an
    `effect_epoch` of its own it is decided again: that is the replay's, so its row is the same when it is begun again.
    """
    row = new_row(item, RowKind.REPLAY, "REPLAY", attempt=0, now=now)
    lane = lane_of(item.subject, lanes) if isinstance(item, Received) else row.lane
    return replace(row, id=replay_id(item.id, item.hash, replay), lane=lane, effect_epoch=effect_epoch)
