"""A record put into the redelivery queue, whatever for. Pure."""

from datetime import datetime

from schemas.codec import storable
from stream.decode import Item, Received
from stream.store import NewRow, RowKind


def new_row(item: Item, kind: RowKind, reason: str, *, attempt: int, now: datetime) -> NewRow:
    """The row of this record under its own id and in its own lane, due now; what cannot be read blocks nothing."""
    record = item.record._replace(value=storable(item.record.topic, item.record.value))
    readable = isinstance(item, Received)
    key = item.subject if isinstance(item, Received) else ""
    return NewRow(item.id, item.lane, key, kind, now, attempt, readable, record, item.hash, reason, None, now)
