"""Registrations with their stories, as they stand now; nothing is changed."""

from collections.abc import Sequence
from datetime import datetime

from ops.servers.administrator import Database
from ops.story.awaited_processor import with_processors
from ops.story.newest import newest
from ops.story.reading import remembered, told
from ops.story.registration_view import RegistrationView
from ops.story.view import view


async def newest_registrations(database: Database, *, limit: int) -> list[RegistrationView]:
    """The `limit` newest registrations, the newest first."""
    return await registrations(database, await newest(database, limit=limit))


async def registrations(database: Database, ids: Sequence[str]) -> list[RegistrationView]:
    """These registrations, in this order; those that no service has heard of are left out."""
    now: datetime = await database.fetchval("select now()")
    known = await with_processors(database, await told(database, await remembered(database, ids)))
    return [view(one, now) for one in known]
