"""What keeps a service from taking anything: an operator's pause, or its own brake."""

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


async def stopped_releases(database: Database, service: str) -> list[str]:
    """The service's releases that stopped themselves, in the order in which they did."""
    rows = await database.fetch(of_service(_STOPPED, service))
    return [row["release"] for row in rows]


async def holding(database: Database, service: str) -> list[str]:
    """Every reason in words; none when the service is free to work."""
    paused = await paused_service(database, service)
    stopped = await stopped_releases(database, service)
    said = [f"{service} {release} has stopped itself (`koppeling brake list`)" for release in stopped]
    return said if paused is None else [f"{paused}", *said]


async def all_that_hold(database: Database) -> list[str]:
    """The reasons of all services, in the order of the flow."""
    return [why for party in SERVICES for why in await holding(database, party.name)]


_STOPPED = "select release from {schema}.brake where released_at is null order by pulled_at"
