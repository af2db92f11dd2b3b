"""`koppeling policies`: loads a.s.r.'s policy data from a CSV, and notes the numbers found for a registration."""

import asyncio
from pathlib import Path

import click

from ops.actions.action import Deed
from ops.actions.applying import plan_or_apply
from ops.asr.file_import import FileImport
from ops.asr.policy_match import match_policy
from ops.servers.administrator import admin_url, database_option
from ops.terminal.command_group import CommandGroup
from ops.terminal.quoted_reference import read_reference
from ops.terminal.typed import typed_field
from payroll import fields
from schemas.flow import ENRICHMENT
from services.enrichment.policies import compare_file, load_file


@click.group(cls=CommandGroup)
def policies() -> None:
    """a.s.r.'s policy data, with which registrations are enriched."""


@policies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
@plan_or_apply
def import_(file: Path, state: Path | None, *, why: str | None) -> None:
    """Load policies from FILE; registrations that wait for one of them, or for its mandate, go on by themselves.

    A CSV in UTF-8, separated by commas, semicolons or tabs, with the columns raamwerkcontractnummer,
    loonheffingennummer, policy_numbers, products, starts_on (2026-01-31), insured_groups, salary_notion and
    mandate_present (yes or no, ja or nee); lists are separated by semicolons (in quotes where columns are, too), with
    50 items at most, and no text is longer than 200 characters. A policy that is there already is replaced. If any
    line has a fault, nothing is loaded.
    """
    FileImport(Deed.IMPORT_POLICIES, ENRICHMENT.name, load_file, compare_file, "policies").run(state, file, why)


@policies.command()
@click.argument("reference", metavar="REF")
@click.option(
    "--raamwerkcontractnummer",
    required=True,
    callback=typed_field(fields.raamwerkcontractnummer),
    help="That of its policy.",
)
@click.option(
    "--loonheffingennummer", required=True, callback=typed_field(fields.loonheffingennummer), help="That of its policy."
)
@database_option
@plan_or_apply
def match(
    reference: str,
    raamwerkcontractnummer: str,
    loonheffingennummer: str,
    state: Path | None,
    *,
    why: str | None,
) -> None:
    """Note the numbers that were found for a registration that waits for its policy, and let it go on with them.

    For a form that lacks one of the two numbers or has a wrong one. They take precedence over the typed ones, even
    after a correction, unless that has others, and nobody else can register the connections under them. That you
    looked is recorded, even without --apply.
    """
    asyncio.run(
        match_policy(admin_url(state), read_reference(reference), (raamwerkcontractnummer, loonheffingennummer), why)
    )
