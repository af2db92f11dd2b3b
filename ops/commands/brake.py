"""`koppeling brake`: releases that stopped themselves because they could not decide too many of their records."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.servers.administrator import admin_url, changing, database_option, looking, of_service
from ops.terminal.age import moment
from ops.terminal.command_group import CommandGroup
from ops.terminal.output import json_option, say, show, wrapped
from ops.terminal.view import View
from schemas.flow import SERVICE_NAMES


class PulledBrake(View):
    """A release of a service that has stopped itself: `released_at` is None while it is stopped."""

    service: str
    release: str
    pulled_at: datetime
    reason: str
    released_at: datetime | None
    released_because: str | None


@click.group(cls=CommandGroup)
def brake() -> None:
    """Releases that stopped themselves."""


@brake.command("list")
@json_option
@database_option
def list_brakes(state: Path | None, *, as_json: bool) -> None:
    """Show every brake that was ever pulled, the newest first."""
    brakes = asyncio.run(_brakes(admin_url(state)))
    show(brakes, brake_lines(brakes) if brakes else ["no brake was pulled"], as_json=as_json)


@brake.command("release")
@click.argument("service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES))
@database_option
@plan_or_apply
def release_brake(service: str, state: Path | None, *, why: str | None) -> None:
    """Let the stopped releases of SERVICE go on."""
    stopped = [
        pulled
        for pulled in asyncio.run(_brakes(admin_url(state)))
        if pulled.service == service and pulled.released_at is None
    ]
    if not stopped:
        raise click.ClickException(f"no release of {service} is stopped")
    click.echo("\n".join(brake_lines(stopped)))
    releases = f"{service} {', '.join(one.release for one in stopped)}"
    if why is None:
        say(f"{releases} could be started again")
        say(NOT_APPLIED)
        return
    asyncio.run(_release(admin_url(state), stopped, why))
    say(f"{releases} can be started again")


async def _brakes(url: str) -> list[PulledBrake]:
    async with looking(url) as database:
        found = [
            PulledBrake(service=name, **dict(record))
            for name in SERVICE_NAMES
            for record in await database.fetch(of_service(_PULLED, name))
        ]
    return sorted(found, key=lambda pulled: pulled.pulled_at, reverse=True)


async def _release(url: str, stopped: Sequence[PulledBrake], reason: str) -> None:
    async with changing(url) as database:
        for pulled in stopped:
            released = await database.fetchval(of_service(_RELEASE, pulled.service), reason, pulled.release)
            if released is None:
                raise click.ClickException(
                    f"{pulled.service} {pulled.release} was released by another at this moment; nothing was changed"
                )
        changes = [Change(one.service, one.release, None, {"stopped": one.reason}, {}) for one in stopped]
        await record_actions(database, Deed.RELEASE_BRAKE, reason, changes)


def brake_lines(brakes: Sequence[PulledBrake]) -> Iterator[str]:
    """A few lines for each brake."""
    for one in brakes:
        said = f"{one.service} {one.release}, pulled {moment(one.pulled_at)}: {one.reason}"
        yield from wrapped(said, rest="    ")
        ended = f"released {moment(one.released_at)}: {one.released_because}" if one.released_at else "stopped"
        yield from wrapped(ended, "  ", "    ")


_PULLED = "select release, pulled_at, reason, released_at, released_because from {schema}.brake"
_RELEASE = """
update {schema}.brake set released_at = now(), released_because = $1
where release = $2 and released_at is null returning release
"""
