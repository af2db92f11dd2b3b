"""How far back a record that nobody remembers may lie. Pure.

The journal may forget what it dates before the horizon, and it dates nothing earlier than the record dates itself. So
what is not in the journal and lies within the horizon was never handled, and what lies beyond may have been. A journal
that was pruned says up to when (`pruned_up_to`): the later of the two lines holds, whatever the horizon is set to.
"""

from datetime import datetime, timedelta

from stream.decode import Item, Undecodable
from stream.service import Due

HORIZON = timedelta(days=430)
"""Longer than any topic is kept (schemas/flow.py), and than Kafka takes to remove what it keeps no more."""
DAYS_MAX = 36_500
"""A calendar has no day that lies much further off."""


def said_at(item: Item) -> datetime | None:
    """The event's own time, or the deadline's; other wake-ups have none, nor has what cannot be read."""
    if isinstance(item, Undecodable):
        return None
    if item.envelope is not None:
        return item.envelope.time
    return item.cause.at if isinstance(item.cause, Due) else None


def is_too_old(item: Item, *, now: datetime, horizon: timedelta, pruned_up_to: datetime | None) -> bool:
    """Whether it was beyond the horizon when it was first seen, or may be forgotten since.

    A row of its own says when it was first seen, and while it stands nothing forgets what it is about; should the clock
    have run ahead then, the present counts. A row that only carries a record here does neither.
    """
    said = said_at(item)
    if said is None:
        return False
    if item.row is not None and item.row.id == item.id:
        return min(item.row.first_at, now) - said > horizon
    return now - said > horizon or is_forgotten(item, pruned_up_to)


def is_forgotten(item: Item, pruned_up_to: datetime | None) -> bool:
    """Whether the journal may have known it and forgotten it."""
    return is_before(said_at(item), pruned_up_to)


def is_before(said: datetime | None, pruned_up_to: datetime | None) -> bool:
    """Whether what was said then may be forgotten."""
    return said is not None and pruned_up_to is not None and said < pruned_up_to
