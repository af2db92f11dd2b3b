"""How far back a record may lie that nobody remembers. Pure.

The journal may forget what it dates before the horizon, and it dates nothing earlier than the record dates itself. So
what is not in the journal and lies within the horizon was never handled, and what lies beyond may have been.
"""

from datetime import datetime, timedelta

from stream.decode import Item, Undecodable
from stream.service import Due

HORIZON = timedelta(days=430)
"""Longer than any topic is kept (schemas/flow.py), and than Kafka takes to remove what it keeps no more."""


def said_at(item: Item) -> datetime | None:
    """The event's own time, or the deadline's; other wake-ups have none, nor has what cannot be read."""
    if isinstance(item, Undecodable):
        return None
    if item.envelope is not None:
        return item.envelope.time
    return item.cause.at if isinstance(item.cause, Due) else None


def is_too_old(item: Item, now: datetime, horizon: timedelta) -> bool:
    """Whether it was beyond the horizon when it was first seen.

    A row of its own says when that was; a row that only carries it here does not.
    """
    said = said_at(item)
    seen = item.row.first_at if item.row is not None and item.row.id == item.id else now
    return said is not None and seen - said > horizon
