"""What the timeline keeps in Postgres, read by a role that may read this and nothing else."""

from collections.abc import Collection, Mapping

from pydantic_core import from_json

from schemas.flow import TIMELINE
from services.monitor.remembered import remembered
from services.monitor.stage import Stage
from stream.postgres_session import Session


class Timelines:
    """A `Memory`."""

    def __init__(self, url: str) -> None:
        self._session = Session(url)

    async def after(self, registration: str, limit: int) -> list[str]:
        """In the order of the primary key, whatever the database's collation."""
        return [row["key"] for row in await self._session.fetch(_AFTER, registration, limit)]

    async def stages(self, registrations: Collection[str]) -> Mapping[str, Stage | None]:
        """Computed from each one's entries: about ten, of some hundred bytes together."""
        rows = await self._session.fetch(_HEARD, list(registrations))
        return {row["key"]: remembered(from_json(row["entries"] or "[]")) for row in rows}


_AFTER = f"select key from {TIMELINE.name}.heard where key > $1 order by key limit $2"  # noqa: S608  constants
_HEARD = f"select key, entries from {TIMELINE.name}.heard where key = any($1::text[])"  # noqa: S608  constants
