"""Mails that are not sent yet held back: whether they were sent before, nobody knows once Postgres has come back older.

They become uncertain, as one whose sender died is: none goes out by itself, and a human says of each what became of it.
"""

from collections.abc import Iterator, Mapping

import click
from pydantic import JsonValue

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.servers.administrator import Database, changing, looking
from ops.terminal.output import wrapped
from services.notifier.ledger import Status

_UNSENT = (Status.PLANNED, Status.CLAIMED, Status.BODY_STARTED)


async def _unsent(database: Database) -> dict[str, int]:
    """How many mails are not sent yet, by their status."""
    return {row["status"]: row["count"] for row in await database.fetch(_COUNT, _UNSENT)}


def _lines(counts: Mapping[str, int]) -> Iterator[str]:
    """What would come of it."""
    if not counts:
        yield "no mail waits to be sent"
        return
    each = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    yield from wrapped(f"not sent yet: {each}. They become UNCERTAIN: none goes out before it is settled")


async def _hold_back(database: Database, why: str) -> int:
    """Do it, inside one transaction; how many they are. A sender that has claimed one can do nothing with it then."""
    rows = await database.fetch(_HOLD_BACK, _UNSENT)
    after: dict[str, JsonValue] = {"status": Status.UNCERTAIN}
    names = ("status", "attempts", "kind", "occasion", "epoch")
    changes = [
        Change("notifier", str(row["id"]), row["subject"], {name: row[name] for name in names}, after) for row in rows
    ]
    await record_actions(database, Deed.HOLD_BACK, why, changes)
    return len(rows)


async def hold_unsent_back(url: str, why: str | None) -> None:
    """Show what would come of it; do it when there is a reason."""
    async with looking(url) as database:
        click.echo("\n".join(_lines(await _unsent(database))))
    if why is None:
        click.echo(NOT_APPLIED)
        return
    async with changing(url) as database:
        click.echo(f"{await _hold_back(database, why)} mails are held back: `koppeling mails uncertain`")


_COUNT = "select status, count(*) from notifier.effect where status = any($1) group by status"
_HOLD_BACK = """
with held as (select id, status from notifier.effect where status = any($1) order by id for update)
update notifier.effect mail set status = 'UNCERTAIN', token = null from held where mail.id = held.id
returning mail.id, mail.subject, held.status, mail.attempts, mail.kind, mail.occasion, mail.epoch
"""
