"""A record put into the redelivery queue, whatever for. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from schemas.codec import storable
from stream.decode import Item, Received
from stream.identity import handed_id
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


def handed_rows(item: Received, subjects: Collection[str], *, lanes: int, now: datetime) -> list[Row]:
    """The rows that hand this record over to other keys, each in its own lane."""
    if not subjects:
        return []
    row = new_row(item, RowKind.QUEUED, "HANDED_OVER", attempt=0, now=now)
    return [replace(row, id=handed_id(item.id, to), lane=lane_of(to, lanes), key=to) for to in subjects]
