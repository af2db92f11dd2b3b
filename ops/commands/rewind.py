"""`koppeling rewind`: services read Kafka again from where Postgres knows, after that was restored from a backup."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.servers.administrator import admin_url, looking
from ops.servers.destination import kafka_access, system_option
from ops.service_state.rewinding import put_back, rewinding_lines, rewinds, why_not
from ops.terminal.output import say
from schemas.flow import SERVICES, TIMELINE, Party
from stream.kafka_access import KafkaAccess


@click.command()
@click.option("--service", type=click.Choice([TIMELINE.name]), help="Only this one: nobody waits for it.")
@system_option
@plan_or_apply
def rewind(state: Path | None, *, service: str | None, why: str | None) -> None:
    """Let stopped services read again from Kafka what Postgres forgot when it was restored to an older state."""
    services = SERVICES if service is None else (TIMELINE,)
    asyncio.run(_rewind(admin_url(state), kafka_access(state), services, why))


async def _rewind(url: str, access: KafkaAccess, services: Sequence[Party], why: str | None) -> None:
    async with looking(url) as database:
        found = await rewinds(database, access, services)
    click.echo("\n".join(rewinding_lines(found)))
    if not found:
        return
    if refusal := await why_not(access, services):
        raise click.ClickException(refusal)
    if why is None:
        say(NOT_APPLIED)
        return
    await put_back(url, access, found, why)
    say("put back: services that start now read on from there")
