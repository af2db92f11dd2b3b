"""`koppeling resume`: a paused service goes on."""

import asyncio
from pathlib import Path

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.servers.administrator import admin_url, changing, database_option, looking
from ops.service_state.holding import PausedService, paused_service
from ops.terminal.output import say
from schemas.flow import SERVICE_NAMES
from stream.postgres_pause import resume as resume_service


@click.command()
@click.argument("service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES))
@database_option
@plan_or_apply
def resume(service: str, state: Path | None, *, why: str | None) -> None:
    """Let SERVICE go on after a pause."""
    found = asyncio.run(_found(admin_url(state), service))
    say(f"{found}")
    if why is None:
        click.echo("it would go on from where it is")
        say(NOT_APPLIED)
        return
    asyncio.run(_resume(admin_url(state), found, why))
    click.echo(f"{service} goes on within seconds")


async def _found(url: str, service: str) -> PausedService:
    async with looking(url) as database:
        found = await paused_service(database, service)
    if found is None:
        raise click.ClickException(f"{service} is not paused")
    return found


async def _resume(url: str, found: PausedService, why: str) -> None:
    async with changing(url) as database:
        if not await resume_service(database, found.service):
            raise click.ClickException(f"{found.service} was resumed by somebody else at the same moment")
        before = {"paused": found.reason, "since": found.since.isoformat()}
        await record_actions(database, Deed.RESUME, why, [Change(found.service, found.service, None, before, {})])
