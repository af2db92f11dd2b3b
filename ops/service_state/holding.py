"""What keeps a service from taking anything: an operator's pause, or its own brake."""

from ops.servers.administrator import Database, of_service
from ops.service_state.paused import paused_service


async def stopped_releases(database: Database, service: str) -> list[str]:
    """The releases of it that stopped themselves, the first first."""
    rows = await database.fetch(of_service(_STOPPED, service))
    return [row["release"] for row in rows]


async def holding(database: Database, service: str) -> list[str]:
    """In words, each; none when it is free to work."""
    paused = await paused_service(database, service)
    stopped = await stopped_releases(database, service)
    said = [f"{service} {release} has stopped itself (`koppeling brake list`)" for release in stopped]
    return said if paused is None else [f"{paused}", *said]


_STOPPED = "select release from {schema}.brake where released_at is null order by pulled_at"
