"""`koppeling policies`: a.s.r.'s policy data, loaded from a CSV."""

import asyncio
import sys
from pathlib import Path

import click

from ops.administrator import admin_url, connected, database_option
from services.enrichment.policies import PolicyFileError, load_file


@click.group()
def policies() -> None:
    """a.s.r.'s policy data, by which registrations are enriched."""


@policies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
def import_(file: Path, state: Path | None) -> None:
    """Load policies from FILE; registrations that wait for one of them, or for its mandate, go on by themselves.

    A CSV in UTF-8 with the columns raamwerkcontractnummer, loonheffingennummer, policy_numbers, products, starts_on
    (2026-01-31), insured_groups, salary_notion and mandate_present (yes or no); lists are separated by semicolons. A
    policy that is there already is replaced. With a fault in any line nothing is loaded.
    """
    try:
        count = asyncio.run(_load(admin_url(state), file))
    except PolicyFileError as error:
        click.echo(f"{file}: nothing was loaded\n{error}", err=True)
        sys.exit(1)
    click.echo(f"{count} policies loaded")


async def _load(url: str, file: Path) -> int:
    async with connected(url) as database:
        return await load_file(database, file)
