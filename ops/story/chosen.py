"""Which registrations a list shows, and the lines below it."""

from collections.abc import Sequence
from typing import NamedTuple

from ops.servers.administrator import Database
from ops.service_state.holding import all_that_hold
from ops.story.newest import beside, newest
from ops.story.search import Sought, search
from ops.terminal.output import shorten


class Chosen(NamedTuple):
    """Registrations' ids, newest first, and the lines below the list."""

    ids: Sequence[str]
    below: list[str]


async def choose(database: Database, sought: Sought | None, *, limit: int) -> Chosen:
    """The `limit` newest of those that are sought, or of all; below either, which services take nothing now."""
    ids, below = await (_newest(database, limit) if sought is None else _found(database, sought, limit))
    return Chosen(ids, [*below, *map(shorten, await all_that_hold(database))])


async def _newest(database: Database, limit: int) -> Chosen:
    ids = await newest(database, limit=limit)
    return Chosen(ids, await beside(database, len(ids)))


async def _found(database: Database, sought: Sought, limit: int) -> Chosen:
    found = await search(database, sought, limit=limit)
    return Chosen(found.shown, [f"and {found.more} older: --limit {found.total} shows all"] if found.more else [])
