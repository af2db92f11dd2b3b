"""`koppeling replay pause`, `resume` and `stop`: what an operator does with a replay under way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.replay.lines import replay_lines
from ops.replay.replays import Replay, pause, resume, stop, under_way, why_not_paused, why_not_resumed
from ops.servers.administrator import Database, admin_url, changing, database_option
from ops.terminal.output import say


@dataclass(frozen=True, slots=True)
class Way:
    """How a replay under way is changed: what does it, what speaks against it, how plan and end are said."""

    change: Callable[[Database, Replay, str], Awaitable[Replay]]
    why_not: Callable[[Replay], str | None]
    would: str
    done: str


@click.command("pause")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def pause_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """Let a replay of a topic wait where it stands; what is queued by then is handled.

    The command that drives it waits too, and so does the same command typed anew, until it is resumed.
    """
    way = Way(pause, why_not_paused, "would wait here", "paused")
    asyncio.run(_change(admin_url(state), target, way, why))


@click.command("resume")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def resume_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """Let a paused replay go on.

    The command that drives it does so by itself; was it ended meanwhile, the same command typed anew goes on.
    """
    way = Way(resume, why_not_resumed, "would go on from here", "resumed")
    asyncio.run(_change(admin_url(state), target, way, why))


@click.command("stop")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def stop_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """End a replay of a topic before its end; what is queued by then is handled.

    The command that drives it stops at its next step. The same range asked again begins anew.
    """
    way = Way(stop, lambda _: None, "would end here", "stopped")
    asyncio.run(_change(admin_url(state), target, way, why))


async def _change(url: str, target: UUID, way: Way, why: str | None) -> None:
    async with changing(url) as database:
        one = await under_way(database, target)
        if refusal := way.why_not(one):
            raise click.ClickException(f"{refusal}: nothing was changed")
        if why is not None:
            one = await way.change(database, one, why)
    click.echo("\n".join(replay_lines([one])))
    click.echo(way.done if why is not None else f"this replay {way.would}")
    if why is None:
        say(NOT_APPLIED)
