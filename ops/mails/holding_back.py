"""Mails that are not sent yet held back: whether they were sent before, nobody knows once Postgres has come back older.

They become uncertain, as one whose sender died is: none goes out by itself, and a human says of each what became of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import click
from pydantic import JsonValue

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.servers.administrator import Database, connected, looking
from ops.terminal.output import say, wrapped
from ops.terminal.progress import progress
from services.notifier.ledger import Status

AT_ONCE = 5_000
"""So many in one transaction: a fraction of what a statement's time allows for."""


async def _unsent(database: Database) -> dict[str, int]:
    """How many mails are not sent yet, by their status."""
    return {row["status"]: row["count"] for row in await database.fetch(_COUNT)}


def _lines(counts: Mapping[str, int]) -> Iterator[str]:
    """What would come of it."""
    if not counts:
        yield "no mail waits to be sent"
        return
    each = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    yield from wrapped(f"not sent yet: {each}. They become UNCERTAIN: none goes out before it is settled")


async def _hold_back(database: Database, mails: Sequence[UUID], why: str, command: UUID) -> int:
    """Do it, inside one transaction; how many they are. A sender that has claimed one can do nothing with it then."""
    rows = await database.fetch(_HOLD_BACK, mails)
    after: dict[str, JsonValue] = {"status": Status.UNCERTAIN}
    names = ("status", "attempts", "kind", "occasion", "epoch")
    changes = [
        Change("notifier", str(row["id"]), row["subject"], {name: row[name] for name in names}, after) for row in rows
    ]
    await record_actions(database, Deed.HOLD_BACK, why, changes, command=command)
    return len(rows)


async def hold_unsent_back(url: str, why: str | None, *, at_once: int = AT_ONCE) -> None:
    """Show what would come of it; do it when there is a reason, so many in a transaction: typed again, the others."""
    async with looking(url) as database:
        counts = await _unsent(database)
    click.echo("\n".join(_lines(counts)))
    if why is None:
        if counts:
            say(NOT_APPLIED)
        return
    async with connected(url) as database:
        count = await _hold_each_back(database, why, at_once)
        say(f"{_mails(count)} held back: `koppeling mails uncertain`" if count else "no mail was held back")
        # Else Postgres takes them for few, and reads them all for each that is settled, until it has counted by itself.
        with suppress(asyncpg.QueryCanceledError):
            await database.execute("analyze notifier.effect")


async def _hold_each_back(database: Database, why: str, at_once: int) -> int:
    mails = [row["id"] for row in await database.fetch(_WHICH)]
    command, looked_at, count = uuid4(), 0, 0
    try:
        with progress("holding back", len(mails)) as advance:
            for start in range(0, len(mails), at_once):
                these = mails[start : start + at_once]
                async with database.transaction():
                    held = await _hold_back(database, these, why, command)
                looked_at, count = looked_at + len(these), count + held
                advance(len(these))
    finally:
        if looked_at < len(mails):
            say(f"{_mails(count)} held back so far: typed again, it holds back the others")
    return count


def _mails(count: int) -> str:
    return "1 mail is" if count == 1 else f"{count} mails are"


# Each part has an index of its own; of the rows that are sent, which are kept for good, none is read.
_UNSENT = "(status = 'PLANNED' or status in ('CLAIMED', 'BODY_STARTED'))"
_COUNT = f"select status, count(*) from notifier.effect where {_UNSENT} group by status"  # noqa: S608  a constant
_WHICH = f"select id from notifier.effect where {_UNSENT}"  # noqa: S608  a constant
_HOLD_BACK = f"""
with held as (select id, status from notifier.effect where id = any($1::uuid[]) and {_UNSENT} order by id for update)
update notifier.effect mail set status = 'UNCERTAIN', token = null from held where mail.id = held.id
returning mail.id, mail.subject, held.status, mail.attempts, mail.kind, mail.occasion, mail.epoch
"""  # noqa: S608  a constant
