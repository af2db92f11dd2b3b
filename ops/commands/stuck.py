"""`koppeling stuck`: registrations that are silent for too long; with `--redrive` their records are replayed."""

import asyncio
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path

import click
from pydantic import ValidationError

from ops.actions.action import Deed
from ops.actions.applying import apply_options, reason_to_apply
from ops.actions.looking_at import listed_registrations, record_look
from ops.replay.pace import Limits
from ops.replay.through_registration import RegistrationReplay, read_registrations
from ops.replay.topic_reader import topic_reader
from ops.servers.administrator import admin_url, connected, looking
from ops.servers.destination import kafka_access, system_option
from ops.stuck.found import OURS, WAITS_FOR, StuckRegistration, find_stuck
from ops.terminal.age import moment, seconds_in_words
from ops.terminal.horizon_option import horizon_option
from ops.terminal.limited_list import Limited, limit_option
from ops.terminal.output import json_option, print_json, shorten, wrapped
from schemas.flow import MONEY_PATH
from services.monitor.settings import SilenceSettings
from services.monitor.stage import Stage

LIMIT, AT_ONCE_MAX = 50, 500
TO_SEE = "to see who is stuck"
NAMES = tuple(stage.value for stage in WAITS_FOR)


@click.command()
@click.option(
    "--stage",
    "stages",
    metavar="STAGE",
    type=click.Choice(NAMES),
    multiple=True,
    help=f"Only at this one; may be repeated. One of {', '.join(NAMES)}.",
)
@click.option("--redrive", is_flag=True, help="Replay the records of those that wait for a step of ours.")
@limit_option(LIMIT, "How many, oldest first.", most=AT_ONCE_MAX)
@json_option
@horizon_option
@system_option
@apply_options
def stuck(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    stages: tuple[str, ...],
    redrive: bool,
    limit: int,
    as_json: bool,
    horizon: timedelta,
    applied: bool,
    reason: str | None,
) -> None:
    """Show registrations that have been silent for longer than their stage allows, and what they wait for.

    That you looked is recorded. --redrive replays everything that the topics hold about those whose next step is ours:
    records that are done stay done, under the same ids, and lost ones are handled.
    """
    if (applied or reason) and not redrive:
        raise click.UsageError("--apply and --reason go with --redrive")
    if redrive and as_json:
        raise click.UsageError("--json lists; leave it out with --redrive")
    if redrive and (others := [name for name in stages if Stage(name) not in OURS]):
        raise click.UsageError(
            f"--redrive is for {', '.join(OURS)}: a registration that is {others[0]} waits for no step of ours"
        )
    why = reason_to_apply(reason, applied=applied)
    wanted = {Stage(name) for name in stages or (OURS if redrive else NAMES)}
    found = asyncio.run(_found(admin_url(state), wanted, limit, held_up=not redrive))
    if as_json:
        print_json(found.shown)
    elif redrive and not found.shown:
        raise click.ClickException("nothing to redrive: no registration waits for a step of ours without being held up")
    else:
        click.echo("\n".join(_lines(found)))
    if found.more:
        click.echo(f"and {found.more} more, silent since later: --limit shows up to {AT_ONCE_MAX}", err=as_json)
    if redrive:
        chosen = {one.registration for one in found.shown}
        asyncio.run(_redrive(state, chosen, horizon, why))


async def _found(url: str, stages: Collection[Stage], limit: int, *, held_up: bool) -> Limited[StuckRegistration]:
    try:
        silences_s = SilenceSettings().silences_s()
    except ValidationError:
        raise click.UsageError("KOPPELING_SILENCE_S is not JSON of seconds by stage") from None
    async with looking(url) as database:
        found = await find_stuck(database, silences_s, stages, limit=limit, held_up=held_up)
    await record_look(url, listed_registrations("stuck", [one.reference for one in found.shown]), TO_SEE)
    return found


async def _redrive(state: Path | None, chosen: set[str], horizon: timedelta, why: str | None) -> None:
    async with topic_reader(kafka_access(state)) as reader:
        found = await read_registrations(reader, chosen, MONEY_PATH)
    if not found:
        raise click.ClickException("the topics hold nothing about them any more")
    async with connected(admin_url(state)) as database:
        await RegistrationReplay(database, Limits(), horizon, Deed.REDRIVE).run(found, why)


def _lines(found: Limited[StuckRegistration]) -> Iterator[str]:
    if not found.shown:
        yield "nobody is silent for longer than its stage allows"
    for one in found.shown:
        yield from _line(one)


def _line(one: StuckRegistration) -> Iterator[str]:
    yield shorten(f"{one.reference} {one.company_name or '-'}")
    silent, allowed = seconds_in_words(one.silent_s), seconds_in_words(one.allowed_s)
    said = f"{one.stage.words} since {moment(one.since)}: {silent}, where {allowed} are allowed"
    yield from wrapped(said, "  ", "  ")
    yield from wrapped(f"waits for {one.waits_for}", "  ", "  ")
