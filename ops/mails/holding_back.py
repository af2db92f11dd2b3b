"""Holds back all unsent mails after Postgres was restored from a backup: any of them may have been sent since then.

They become UNCERTAIN, like a mail whose sender died: none goes out by itself, and a human finds out what became of it.
A mail whose body began a moment ago is left to its sender, which may still report; nobody else sends such a mail.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import click
from pydantic import JsonValue

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.mails.settlement import verdict_s
from ops.servers.administrator import Database, connected, looking
from ops.terminal.age import moment
from ops.terminal.output import say, wrapped
from ops.terminal.progress import progress
from schemas.flow import NOTIFIER
from services.notifier.ledger import Status

AT_ONCE = 5_000
"""So many in one transaction: a fraction of what a statement's time allows for."""


async def _unsent(database: Database, patience_s: float) -> dict[str, int]:
    """How many mails would be held back, by their status."""
    return {row["status"]: row["count"] for row in await database.fetch(_COUNT, patience_s)}


async def _say_under_way(database: Database, patience_s: float) -> None:
    """Tell how many are left to their senders, and until when."""
    [(count, begun)] = await database.fetch(_UNDER_WAY, patience_s)
    if begun is not None:
        until = moment(begun + timedelta(seconds=patience_s))
        say(f"{_mails(count)} under way, and left alone: a sender may still report. Type it again after {until}")


def _lines(counts: Mapping[str, int]) -> Iterator[str]:
    """What would come of it."""
    if not counts:
        yield "no mail waits to be sent"
        return
    each = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    yield from wrapped(f"not sent yet: {each}. They become UNCERTAIN: none goes out before it is settled")


async def _hold_back(database: Database, mails: Sequence[UUID], why: str, patience_s: float, command: UUID) -> int:
    """Do it inside one transaction; returns how many. A sender can do nothing any more with one that it had claimed."""
    rows = await database.fetch(_HOLD_BACK, patience_s, mails)
    after: dict[str, JsonValue] = {"status": Status.UNCERTAIN}
    names = ("status", "attempts", "kind", "occasion", "epoch")
    changes = [
        Change(NOTIFIER.name, str(row["id"]), row["subject"], {name: row[name] for name in names}, after)
        for row in rows
    ]
    await record_actions(database, Deed.HOLD_BACK, why, changes, command=command)
    return len(rows)


async def hold_unsent_back(url: str, why: str | None, *, at_once: int = AT_ONCE) -> None:
    """Show what would come of it; do it when there is a reason, `at_once` mails in each transaction.

    A command that was broken off and is typed again goes on with the rest.
    """
    patience_s = verdict_s()
    async with looking(url) as database:
        counts = await _unsent(database, patience_s)
        click.echo("\n".join(_lines(counts)))
        if why is None:
            await _say_under_way(database, patience_s)
    if why is None:
        if counts:
            say(NOT_APPLIED)
        return
    async with connected(url) as database:
        count = await _hold_each_back(database, why, patience_s, at_once)
        say(f"{_mails(count)} held back: `koppeling mails uncertain`" if count else "no mail was held back")
        await _say_under_way(database, patience_s)
        # Until it counts by itself, Postgres would expect few UNCERTAIN rows, and read all for each mail to be settled.
        with suppress(asyncpg.QueryCanceledError):
            await database.execute("analyze notifier.effect")


async def _hold_each_back(database: Database, why: str, patience_s: float, at_once: int) -> int:
    mails = [row["id"] for row in await database.fetch(_WHICH, patience_s)]
    command, looked_at, count = uuid4(), 0, 0
    try:
        with progress("holding back", len(mails)) as advance:
            for start in range(0, len(mails), at_once):
                these = mails[start : start + at_once]
                async with database.transaction():
                    held = await _hold_back(database, these, why, patience_s, command)
                looked_at, count = looked_at + len(these), count + held
                advance(len(these))
    finally:
        if looked_at < len(mails):
            say(f"{_mails(count)} held back so far: typed again, it holds back the others")
    return count


def _mails(count: int) -> str:
    return "1 mail is" if count == 1 else f"{count} mails are"


# Each condition has an index of its own, so none of the sent rows, which are kept for good, is read.
_CLAIMED = "status in ('CLAIMED', 'BODY_STARTED')"
_JUST_BEGUN = "status = 'BODY_STARTED' and body_started_at > now() - make_interval(secs => $1)"
_UNSENT = f"(status = 'PLANNED' or {_CLAIMED}) and ({_JUST_BEGUN}) is not true"
_COUNT = f"select status, count(*) from notifier.effect where {_UNSENT} group by status"  # noqa: S608  a constant
_UNDER_WAY = f"select count(*), max(body_started_at) from notifier.effect where {_CLAIMED} and {_JUST_BEGUN}"  # noqa: S608
_WHICH = f"select id from notifier.effect where {_UNSENT}"  # noqa: S608  a constant
_HOLD_BACK = f"""
with held as (select id, status from notifier.effect where id = any($2::uuid[]) and {_UNSENT} order by id for update)
update notifier.effect mail set status = 'UNCERTAIN', token = null from held where mail.id = held.id
returning mail.id, mail.subject, held.status, mail.attempts, mail.kind, mail.occasion, mail.epoch
"""  # noqa: S608  a constant
