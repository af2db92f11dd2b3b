"""`koppeling pause`: one service's workers take nothing any more, but go on running."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.servers.administrator import admin_url, changing, database_option, looking
from ops.service_state.holding import paused_service
from ops.service_state.kept import kept_until
from ops.terminal.age import minute
from ops.terminal.output import say
from schemas.flow import NOTIFIER, SERVICE_NAMES
from stream.postgres_pause import pause as pause_service


@click.command()
@click.argument("service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES))
@database_option
@plan_or_apply
def pause(service: str, state: Path | None, *, why: str | None) -> None:
    """Let the workers of SERVICE take nothing until it is resumed, without ending them.

    Events and due work wait, but events only for as long as their topics keep them: forms a week. A pause outlasts
    restarts and new releases.
    """
    if why is None:
        asyncio.run(_check(admin_url(state), service))
        say(f"{service} would take nothing any more{consequences(service, datetime.now(UTC))}")
        say(NOT_APPLIED)
        return
    asyncio.run(_pause(admin_url(state), service, why))
    say(f"{service} is paused{consequences(service, datetime.now(UTC))}; `koppeling resume {service}` lets it go on")


def consequences(service: str, since: datetime) -> str:
    """What a pause from this moment on would lead to."""
    mails = ", and no mail goes out" if service == NOTIFIER.name else ""
    return f"{mails}; what comes for it from now on is kept until {minute(kept_until(service, since))}"


async def _check(url: str, service: str) -> None:
    async with looking(url) as database:
        if (found := await paused_service(database, service)) is not None:
            raise click.ClickException(f"{found}")


async def _pause(url: str, service: str, why: str) -> None:
    async with changing(url) as database:
        if not await pause_service(database, service, why):
            raise click.ClickException(f"{await paused_service(database, service)}; nothing was changed")
        await record_actions(database, Deed.PAUSE, why, [Change(service, service, None, {}, {"paused": True})])
