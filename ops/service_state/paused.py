"""Services that an operator has paused."""

from datetime import datetime

from ops.servers.administrator import Database, of_service
from ops.terminal.age import moment
from ops.terminal.view import View
from schemas.flow import SERVICES


class PausedService(View):
    """A service whose workers take nothing: since when, and why."""

    service: str
    since: datetime
    reason: str

    def __str__(self) -> str:
        """In one line."""
        return f"{self.service} is paused since {moment(self.since)}: {self.reason}"


async def paused_services(database: Database) -> list[PausedService]:
    """All paused services, in the order of the flow."""
    return [found for party in SERVICES if (found := await paused_service(database, party.name)) is not None]


async def paused_service(database: Database, service: str) -> PausedService | None:
    """The pause of this service, if it is paused."""
    row = await database.fetchrow(of_service("select since, reason from {schema}.pause", service))
    return None if row is None else PausedService(service=service, **dict(row))
