"""Which registrations a list shows, and what stands below it."""

from typing import NamedTuple

from ops.servers.administrator import Database
from ops.story.newest import beside, newest
from ops.story.search import Sought, search


class Chosen(NamedTuple):
    """Ids, the newest first, and lines for people."""

    ids: list[str]
    below: list[str]


async def choose(database: Database, sought: Sought | None, *, limit: int) -> Chosen:
    """The `limit` newest of those that are sought, else of all."""
    if sought is None:
        ids = await newest(database, limit=limit)
        return Chosen(ids, await beside(database, len(ids)))
    found = await search(database, sought, limit=limit)
    older = found.total - len(found.ids)
    return Chosen(found.ids, [f"and {older} older: --limit {found.total} shows all"] if older else [])
