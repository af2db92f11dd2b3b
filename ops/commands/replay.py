"""`koppeling replay`: topic, day, registration, list, pause, resume and stop."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import click

from ops.actions.applying import NOT_APPLIED, apply_options, reason_to_apply
from ops.replay.asked import Asked
from ops.replay.changing_one import pause_replay, resume_replay, stop_replay
from ops.replay.force_options import Force, force_options
from ops.replay.forced import forced
from ops.replay.lines import replay_lines
from ops.replay.pace import Limits
from ops.replay.plain import Plain
from ops.replay.replays import Replay, newest_replays
from ops.replay.through_day import DayReplay
from ops.replay.through_registration import RegistrationReplay, read_registrations
from ops.replay.through_topic import TopicReplay
from ops.replay.topic_reader import topic_reader
from ops.servers.administrator import Database, admin_url, connected, database_option, looking
from ops.servers.destination import kafka_access
from ops.story.find_registration import find_registration
from ops.terminal.command_group import CommandGroup
from ops.terminal.horizon_option import horizon_option
from ops.terminal.json_option import json_option
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import say
from ops.terminal.quoted_reference import as_registration_id, read_reference
from ops.terminal.typed_moment import day_of, moment_of
from schemas.flow import SERVICE_NAMES, SERVICES

LIMIT = 50
TOPICS = tuple(dict.fromkeys(event.name for stage in SERVICES for event in stage.consumes))
RATE_PER_S, QUEUE_ROWS = 200, 1_000
Span: TypeAlias = tuple[datetime, datetime]


def _moment(_context: click.Context, _option: click.Parameter, typed: str | None) -> datetime | None:
    return None if typed is None else moment_of(typed)


def _day(_context: click.Context, _option: click.Parameter, typed: str | None) -> Span | None:
    return None if typed is None else day_of(typed)


rate_option = click.option(
    "--rate", type=click.IntRange(min=1), default=RATE_PER_S, show_default=True, help="Records a second."
)
queue_option = click.option(
    "--queue", type=click.IntRange(min=1), default=QUEUE_ROWS, show_default=True, help="Rows at a time."
)


@click.group(cls=CommandGroup)
def replay() -> None:
    """Bring records once more: what is done stays done, what is not is done.

    Without --force a record that a service has in its journal is answered with what was recorded, under the same event
    ids: no new effect, no second mail.
    """


@replay.command("topic")
@click.argument("topic", metavar="TOPIC", type=click.Choice(TOPICS))
@click.option(
    "--through", "service", required=True, type=click.Choice(SERVICE_NAMES), help="The service that reads it again."
)
@click.option("--lane", "lanes", type=int, multiple=True, help="Only this lane; may be repeated.  [default: all]")
@click.option("--from", "first", type=click.IntRange(min=0), help="From this offset of one lane on.")
@click.option("--to", "last", type=click.IntRange(min=0), help="Up to this offset of one lane, included.")
@click.option("--since", metavar="TIME", callback=_moment, help="What was written then (Amsterdam) or later.")
@click.option("--until", metavar="TIME", callback=_moment, help="What was written before then (Amsterdam).")
@click.option("--day", metavar="DAY", callback=_day, help="What was written on this day in Amsterdam: 2026-11-26.")
@click.option("--registration", "target", metavar="REF", help="Only what is about this one.")
@force_options
@rate_option
@queue_option
@horizon_option
@database_option
@apply_options
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
    wanted: bool,
    mails: bool,
    confirmed: int | None,
    rate: int,
    queue: int,
    horizon_days: float,
    applied: bool,
    reason: str | None,
) -> None:
    """Bring a range of TOPIC (an event's name, as in policy-enriched) once more through one service.

    With --force what the service has answered is decided again, over the documents as they stand now, under new ids.
    The plan says what would come of it. Without --mails nothing is done if a mail could follow.

    Ctrl-C is harmless: what is queued is handled, and the same command goes on from there.
    """
    why = reason_to_apply(reason, applied=applied)
    if day is not None:
        if since is not None or until is not None:
            raise click.UsageError("--day is a span of its own: leave out --since and --until")
        since, until = day
    force = Force(wanted, mails, confirmed)
    asked = Asked(topic, service, tuple(lanes), first, last, since, until, force=force).checked()
    _run(_topic(state, asked, target, Driving(Limits(queue, rate), timedelta(days=horizon_days), why)))


@replay.command("day")
@click.argument("day", metavar="DAY", callback=_day)
@click.option("--through", "service", type=click.Choice(SERVICE_NAMES), help="Only this service.  [default: all]")
@rate_option
@queue_option
@horizon_option
@database_option
@apply_options
def replay_day(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    day: Span,
    service: str | None,
    rate: int,
    queue: int,
    horizon_days: float,
    applied: bool,
    reason: str | None,
) -> None:
    """Bring everything once more that was written on DAY (in Amsterdam: 2026-11-26), in the order of the flow.

    What is brought is what stands in the topics when it begins. Ctrl-C is harmless, as with one topic: the same command
    goes on with what is left of the day.
    """
    driving = Driving(Limits(queue, rate), timedelta(days=horizon_days), reason_to_apply(reason, applied=applied))
    part_of = f"day {day[0]:%Y-%m-%d} through {service or 'all services'}"
    parts = [
        Asked(event.name, stage.name, since=day[0], until=day[1], part_of=part_of).checked()
        for stage in SERVICES
        if service in (None, stage.name)
        for event in stage.consumes
    ]
    _run(_whole_day(state, parts, driving))


@replay.command("registration")
@click.argument("target", metavar="REF")
@click.option("--through", "service", type=click.Choice(SERVICE_NAMES), help="Only this service.  [default: all]")
@horizon_option
@database_option
@apply_options
def replay_registration(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    target: str,
    service: str | None,
    horizon_days: float,
    applied: bool,
    reason: str | None,
) -> None:
    """Bring everything once more that the topics still hold about one registration, through every service in turn."""
    why = reason_to_apply(reason, applied=applied)
    _run(_registration(state, target, service, timedelta(days=horizon_days), why))


@replay.command("list")
@database_option
@json_option
@limit_option(LIMIT)
def list_replays(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show the replays of topics: what was asked, how far they are."""
    found = asyncio.run(_newest(admin_url(state), limit + 1))
    show_list(found, limit, replay_lines, nothing="no topic was replayed yet", as_json=as_json)


for _command in (pause_replay, resume_replay, stop_replay):
    replay.add_command(_command)


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise click.ClickException(
            "stopped: what is queued is handled, and the same command goes on from here"
        ) from None


@dataclass(frozen=True, slots=True)
class Driving:
    """How a replay is driven, and why it is: without a reason only its plan is shown."""

    limits: Limits
    horizon: timedelta
    why: str | None


async def _topic(state: Path | None, asked: Asked, target: str | None, driving: Driving) -> None:
    url = admin_url(state)
    async with topic_reader(kafka_access(state)) as reader, connected(url) as database:
        if target is not None:
            asked = replace(asked, registration=await _registration_id(database, target))
        if asked.force.wanted:
            async with forced(url, database, asked, driving.horizon) as bringing:
                check = partial(bringing.check, asked.force)
                await TopicReplay(reader, database, driving.limits, bringing).run(asked, driving.why, check=check)
        else:
            plain = Plain(database, asked.service, driving.horizon)
            await TopicReplay(reader, database, driving.limits, plain).run(asked, driving.why)
    if driving.why is None:
        say(NOT_APPLIED)


async def _whole_day(state: Path | None, parts: Sequence[Asked], driving: Driving) -> None:
    async with topic_reader(kafka_access(state)) as reader, connected(admin_url(state)) as database:
        await DayReplay(reader, database, driving.limits, driving.horizon).run(parts, driving.why)
    if driving.why is None:
        say(NOT_APPLIED)


async def _registration_id(database: Database, target: str) -> str:
    registration = as_registration_id(target)
    if registration is None:
        registration = await find_registration(database, read_reference(target))
    if registration is None:
        raise click.ClickException(f"no registration is known by {target!r}")
    return registration


async def _registration(
    state: Path | None, target: str, service: str | None, horizon: timedelta, why: str | None
) -> None:
    stages = [stage for stage in SERVICES if service in (None, stage.name)]
    async with connected(admin_url(state)) as database:
        registration = await _registration_id(database, target)
        async with topic_reader(kafka_access(state)) as reader:
            found = await read_registrations(reader, {registration}, stages)
        if not found.get(registration):
            raise click.ClickException(f"the topics hold nothing about {target} any more")
        await RegistrationReplay(database, Limits(QUEUE_ROWS, RATE_PER_S), horizon).run(found, why)


async def _newest(url: str, limit: int) -> list[Replay]:
    async with looking(url) as database:
        return await newest_replays(database, limit=limit)
