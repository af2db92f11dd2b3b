"""How old a record may be that is not in the journal. Pure.

The journal may forget entries dated before the horizon, and it dates no entry earlier than its record's own time. So a
record that is not in the journal was never handled if it lies within the horizon, and may have been if it lies beyond.
A pruned journal says up to when (`pruned_up_to`): the later of the two lines holds, whatever the horizon is set to.
"""

from datetime import datetime, timedelta

from stream.decode import Item, Undecodable
from stream.service import Due

HORIZON = timedelta(days=430)
"""Longer than any topic keeps its records (schemas/topics.py), with the time that Kafka takes to remove them."""
DAYS_MAX = 36_500
"""A hundred years. Some thousands before or after now are more than `datetime` can hold."""


def said_at(item: Item) -> datetime | None:
    """The event's own time, or the deadline's; other wake-ups and undecodable records have none."""
    if isinstance(item, Undecodable):
        return None
    if item.envelope is not None:
        return item.envelope.time
    return item.cause.at if isinstance(item.cause, Due) else None


def is_too_old(item: Item, *, now: datetime, horizon: timedelta, pruned_up_to: datetime | None) -> bool:
    """Whether it was beyond the horizon when it was first seen, or may be forgotten since.

    A row of its own says when it was first seen, and while it stands its journal entry is kept; if the clock ran ahead
    then, the present counts. A row that only carries a record here does neither.
    """
    said = said_at(item)
    if said is None:
        return False
    if item.row is not None and item.row.id == item.id:
        return min(item.row.first_at, now) - said > horizon
    return now - said > horizon or is_forgotten(said, pruned_up_to)


def is_forgotten(said: datetime | None, pruned_up_to: datetime | None) -> bool:
    """Whether the journal may have known an event of that time and forgotten it."""
    return said is not None and pruned_up_to is not None and said < pruned_up_to
