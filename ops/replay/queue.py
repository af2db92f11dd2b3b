"""What a replay asks about one service's journal, positions and redelivery queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import click
from pydantic_core import from_json

from ops.replay.fate import Entry, ServiceKnows, Settled, ids_to_ask
from ops.servers.administrator import Database, of_service
from ops.service_state.holding import holding
from ops.terminal.output import wrapped
from stream.decode import Item, Received
from stream.store import OutcomeKind


async def what_service_knows(database: Database, service: str, items: Sequence[Item]) -> ServiceKnows:
    """What the service knows of these records."""
    ids = {id_ for item in items for id_ in ids_to_ask(item)}
    keys = {item.subject for item in items if isinstance(item, Received)}
    journal = await database.fetch(of_service(_JOURNAL, service), list(ids))
    held_up = await database.fetch(of_service(_HELD_UP, service), list(keys))
    # After the journal: pruning commits how far it goes before it deletes anything.
    pruned_up_to = await database.fetchval(of_service(_PRUNED, service))
    entries = {row["id"]: Entry(row["hash"], OutcomeKind(row["outcome"])) for row in journal}
    read = await settled(database, service)
    return ServiceKnows(entries, {row["key"] for row in held_up}, pruned_up_to, read)


async def settled(database: Database, service: str) -> Settled:
    """How far the service has read."""
    rows = await database.fetch(of_service(_SETTLED, service))
    return {(topic, row["lane"]): at for row in rows for topic, at in from_json(row["settled"]).items()}


async def standing_in_queue(database: Database, service: str, ids: Sequence[UUID]) -> set[UUID]:
    """The ids of which the service's queue has a row of that same id."""
    rows = await database.fetch(of_service(_QUEUED, service), list(ids))
    return {row["id"] for row in rows}


async def say_what_holds(database: Database, service: str) -> None:
    """Warn that what is brought to the service waits, if it takes nothing now."""
    for why in await holding(database, service):
        said = f"{why}: what is brought waits until it goes on"
        click.echo("\n".join(wrapped(said, rest="  ")))


@dataclass(frozen=True, slots=True)
class ServiceQueue:
    """The `Queue` of a service."""

    database: Database
    service: str

    async def pending(self) -> int:
        """How many rows of replays are in it, without those that a parked record holds up."""
        return int(await self.database.fetchval(of_service(_PENDING, self.service)))

    async def holding(self) -> Sequence[str]:
        """Why the service takes none of them, as far as that is known."""
        return await holding(self.database, self.service)


_JOURNAL = "select id, hash, outcome from {schema}.journal where id = any($1::uuid[])"
_SETTLED = "select lane, settled from {schema}.lane"
_PRUNED = "select up_to from {schema}.pruned"
_QUEUED = "select id from {schema}.redelivery where id = any($1::uuid[])"
_HELD_UP = """
select distinct key from {schema}.redelivery
where key = any($1::text[]) and blocks and not handled and kind = 'parked'
"""
_PENDING = """
select count(*) from {schema}.redelivery where kind = 'replay' and key not in (
  select key from {schema}.redelivery where kind = 'parked' and blocks and not handled
)
"""
