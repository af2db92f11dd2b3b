"""`koppeling prune`: shows what would be removed from the journals, and removes it with `--apply`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from ops.actions.applying import NOT_APPLIED, plan_or_apply
from ops.prune.plan import JournalPlan, line_at, plan_lines, what_is_too_short
from ops.prune.pruning import Pruning
from ops.servers.administrator import admin_url, connected, database_option
from ops.terminal.counted import counted
from ops.terminal.horizon_option import horizon_option
from ops.terminal.output import print_json, say
from schemas.flow import SERVICE_NAMES
from stream.clock import SystemClock


@click.command()
@click.argument("services", metavar="[SERVICE]...", nargs=-1, type=click.Choice(SERVICE_NAMES))
@click.option("--json", "as_json", is_flag=True, help="The plan, for programs.")
@horizon_option
@database_option
@plan_or_apply
def prune(
    services: Sequence[str],
    state: Path | None,
    *,
    horizon: timedelta,
    as_json: bool,
    why: str | None,
) -> None:
    """Remove journal rows that lie beyond the horizon and that nothing needs any more.

    For every SERVICE named, or for all. Documents, mails and operators' actions are kept. Services go on meanwhile.
    Ctrl-C is harmless: the same command removes the rest.
    """
    if as_json and why is not None:
        raise click.UsageError("--json shows the plan; leave it out with --apply")
    if too_short := what_is_too_short(horizon):
        raise click.UsageError(too_short)
    work = _Work(list(dict.fromkeys(services)) or list(SERVICE_NAMES), horizon)
    try:
        plans = asyncio.run(work.run(admin_url(state), why, quiet=as_json))
    except KeyboardInterrupt:
        raise click.ClickException(f"stopped: {work.so_far}. The same command removes the rest") from None
    if as_json:
        print_json(plans)
    elif not any(plan.to_go for plan in plans):
        click.echo("nothing to remove")
    elif why is None:
        say(NOT_APPLIED)


class _Work:
    """Prunes the services one after the other; `so_far` is right at any moment."""

    def __init__(self, services: Sequence[str], horizon: timedelta) -> None:
        self._services = services
        self._horizon = horizon
        self._begun: list[tuple[str, Pruning]] = []

    @property
    def so_far(self) -> str:
        """What was removed, in words."""
        gone = [f"{counted(pruning.gone, 'row')} of {service} went" for service, pruning in self._begun if pruning.gone]
        return ", ".join(gone) or "nothing went"

    async def run(self, url: str, why: str | None, *, quiet: bool) -> list[JournalPlan]:
        """Show each plan, and carry it out when there is a reason."""
        plans = []
        async with connected(url) as database:
            before = line_at(await database.fetchval("select now()"), self._horizon)
            for service in self._services:
                pruning = Pruning(database, SystemClock(), service, before)
                self._begun.append((service, pruning))
                plans.append(plan := await pruning.plan())
                if not quiet:
                    click.echo("\n".join(plan_lines(plan)))
                if why is not None and plan.to_go:
                    await pruning.run(plan, why)
                    click.echo(f"  {counted(pruning.gone, 'row')} removed; new ones take their room")
        return plans
