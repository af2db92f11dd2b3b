"""`koppeling replay`: topic, day, registration, list, pause, resume and stop."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ops.actions.action import Deed
from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.replay.asked import Asked, shown
from ops.replay.driving import Driving
from ops.replay.force_options import Force, force_options
from ops.replay.pace import QUEUE_ROWS, RATE_PER_S, Limits
from ops.replay.replays import Replay, change, newest_replays, under_way, why_not_changed
from ops.servers.administrator import admin_url, changing, database_option
from ops.servers.destination import system_option
from ops.terminal.age import moment
from ops.terminal.command_group import CommandGroup
from ops.terminal.horizon_option import horizon_option
from ops.terminal.joined_options import joined
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import json_option, say, wrapped
from ops.terminal.typed import Span, day_of, moment_of
from schemas.flow import SERVICE_NAMES, SERVICES

LIMIT = 50
TOPICS = tuple(dict.fromkeys(event.name for party in SERVICES for event in party.consumes))

through_option = click.option(
    "--through", "service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES), help="Only this one.  [default: all]"
)
pace_options = joined(
    "limits", Limits,
    click.option(
        "--rate", "rows_per_s", metavar="N", type=click.IntRange(min=1), default=RATE_PER_S, show_default=True,
        help="Records a second.",
    ),
    click.option(
        "--queue", "queue_rows_max", metavar="N", type=click.IntRange(min=1), default=QUEUE_ROWS, show_default=True,
        help="Rows in the queue at a time.",
    ),
)  # fmt: skip


@click.group(cls=CommandGroup)
def replay() -> None:
    """Replay records: those that are done stay done, the others are handled now.

    Without --force a record in a service's journal is answered with its recorded outcome, under the same event ids: no
    new effect, no second mail.
    """


@replay.command("topic")
@click.argument("topic", metavar="TOPIC", type=click.Choice(TOPICS))
@click.option(
    "--through",
    "service",
    metavar="SERVICE",
    required=True,
    type=click.Choice(SERVICE_NAMES),
    help="The service that reads it again.",
)
@click.option(
    "--lane", "lanes", metavar="N", type=int, multiple=True, help="Only this lane; may be repeated.  [default: all]"
)
@click.option("--from", "first", metavar="OFFSET", type=click.IntRange(min=0), help="From this offset of one lane on.")
@click.option(
    "--to", "last", metavar="OFFSET", type=click.IntRange(min=0), help="Up to this offset of one lane, included."
)
@click.option("--since", metavar="TIME", type=moment_of, help="Records written then (Amsterdam) or later.")
@click.option("--until", metavar="TIME", type=moment_of, help="Records written before then (Amsterdam).")
@click.option("--day", metavar="DAY", type=day_of, help="Records written on this day in Amsterdam: 2026-11-26.")
@click.option("--registration", "target", metavar="REF", help="Only records about this one.")
@force_options
@pace_options
@horizon_option
@system_option
@plan_or_apply
def replay_topic(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    topic: str,
    service: str,
    lanes: Sequence[int],
    first: int | None,
    last: int | None,
    since: datetime | None,
    until: datetime | None,
    day: Span | None,
    target: str | None,
    force: Force,
    limits: Limits,
    horizon: timedelta,
    why: str | None,
) -> None:
    """Replay a range of TOPIC (an event's name, such as policy-enriched) through one service.

    With --force the service decides again what it has answered, over its documents as they are now, under new ids.
    The plan says what would follow. If a mail could follow, nothing is done without --mails.

    Ctrl-C is harmless: queued rows are handled, and the same command goes on from there.
    """
    if day is not None:
        if since is not None or until is not None:
            raise click.UsageError("--day does not go with --since and --until")
        since, until = day
    asked = Asked(topic, service, tuple(lanes), first, last, since, until, force=force).checked()
    _run(Driving(state, limits, horizon, why).topic(asked, target))


@replay.command("day")
@click.argument("day", metavar="DAY", type=day_of)
@through_option
@pace_options
@horizon_option
@system_option
@plan_or_apply
def replay_day(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    day: Span,
    service: str | None,
    limits: Limits,
    horizon: timedelta,
    why: str | None,
) -> None:
    """Replay everything that was written on DAY (in Amsterdam: 2026-11-26), in the order of the flow.

    It replays what the topics hold when it begins. Ctrl-C is harmless, as with one topic: the same command goes on with
    what is left of the day.
    """
    _run(Driving(state, limits, horizon, why).day(day, service))


@replay.command("registration")
@click.argument("target", metavar="REF")
@through_option
@horizon_option
@system_option
@plan_or_apply
def replay_registration(
    state: Path | None,
    *,
    target: str,
    service: str | None,
    horizon: timedelta,
    why: str | None,
) -> None:
    """Replay everything that the topics still hold about one registration, through each service in turn."""
    _run(Driving(state, Limits(), horizon, why).registration(target, service))


@replay.command("list")
@limit_option(LIMIT)
@json_option
@database_option
def list_replays(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show the replays of topics: what each replays, and how far it is."""
    found = asyncio.run(newest_replays(admin_url(state), limit + 1))
    show_list(found, limit, replay_lines, nothing="no topic was replayed yet", as_json=as_json)


@replay.command("pause")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def pause_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """Let a replay of a topic wait where it is; rows queued by then are handled.

    The command that drives it waits too, and so does the same command typed again, until the replay is resumed.
    """
    asyncio.run(_change(admin_url(state), target, Deed.PAUSE_REPLAY, why))


@replay.command("resume")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def resume_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """Let a paused replay go on.

    The command that drives it goes on by itself; if it has ended meanwhile, type the same command again.
    """
    asyncio.run(_change(admin_url(state), target, Deed.RESUME_REPLAY, why))


@replay.command("stop")
@click.argument("target", metavar="ID", type=click.UUID)
@database_option
@plan_or_apply
def stop_replay(target: UUID, state: Path | None, *, why: str | None) -> None:
    """Stop a replay of a topic for good; rows queued by then are handled.

    The command that drives it stops at its next step. A later replay of the same range begins anew.
    """
    asyncio.run(_change(admin_url(state), target, Deed.STOP_REPLAY, why))


def replay_lines(found: Sequence[Replay]) -> Iterator[str]:
    """A few lines for each; what was asked for is not cut off, as replays differ at its end."""
    for one in found:
        ended = f"ended {moment(one.finished_at)}" if one.finished_at else "not at its end: the same command goes on"
        ended = f"paused {moment(one.paused_at)}" if one.paused_at else ended
        ended = f"stopped {moment(one.stopped_at)}" if one.stopped_at else ended
        yield from wrapped(shown(one.asked), rest="    ")
        yield f"  {one.id}"
        far = f"begun {moment(one.begun_at)}, {one.passed} of {one.total} passed, {ended}"
        yield from wrapped(far, "  ", "    ")


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise click.ClickException(
            "stopped: what is queued is handled, and the same command goes on from here"
        ) from None


async def _change(url: str, target: UUID, deed: Deed, why: str | None) -> None:
    async with changing(url) as database:
        one = await under_way(database, target)
        if refusal := why_not_changed(one, deed):
            raise click.ClickException(f"{refusal}: nothing was changed")
        if why is not None:
            one = await change(database, one, deed, why)
    click.echo("\n".join(replay_lines([one])))
    would, done = _WORDS[deed]
    click.echo(done if why is not None else f"this replay {would}")
    if why is None:
        say(NOT_APPLIED)


_WORDS = {
    Deed.PAUSE_REPLAY: ("would wait here", "paused"),
    Deed.RESUME_REPLAY: ("would go on from here", "resumed"),
    Deed.STOP_REPLAY: ("would end here", "stopped"),
}
"""Of each way to change a replay: what the plan says, and the end."""
