"""A record put into the redelivery queue, whatever for. Pure."""

from dataclasses import replace
from datetime import datetime

from schemas.codec import storable
from stream.decode import Item, Received
from stream.identity import handed_id
from stream.lane import lane_of
from stream.store import NewRow, RowKind


def new_row(item: Item, kind: RowKind, reason: str, *, attempt: int, now: datetime) -> NewRow:
    """The row of this record under its own id and in its own lane, due now; what cannot be read blocks nothing."""
    record = item.record._replace(value=storable(item.record.topic, item.record.value))
    readable = isinstance(item, Received)
    key = item.subject if isinstance(item, Received) else ""
    return NewRow(item.id, item.lane, key, kind, now, attempt, readable, record, item.hash, reason, None, now)


def handed_row(item: Received, subject: str, *, lanes: int, now: datetime) -> NewRow:
    """The row that hands this record over to another key, in that one's lane."""
    row = new_row(item, RowKind.QUEUED, "HANDED_OVER", attempt=0, now=now)
    return replace(row, id=handed_id(item.id, subject), lane=lane_of(subject, lanes), key=subject)
