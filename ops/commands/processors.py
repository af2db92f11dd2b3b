"""`koppeling processors`: a.s.r.'s back office reviews processors, moves them, and lets in those that it knows."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ops.actions.action import Deed
from ops.actions.applying import apply_options, plan_or_apply, reason_to_apply
from ops.asr.file_import import FileImport
from ops.asr.processor import ProcessorView, list_processors, processor_lines
from ops.asr.processor_move import move_processor
from ops.asr.processor_review import review_processor
from ops.servers.administrator import admin_url, database_option
from ops.servers.destination import system_option
from ops.terminal.command_group import CommandGroup
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import json_option
from ops.terminal.quoted_reference import read_reference
from ops.terminal.typed import typed_field
from payroll import fields
from schemas.events.processor_reviewed import REASON_CHARACTERS_MAX, REASON_PATTERN
from schemas.flow import INTAKE
from services.intake.clients import compare_file, load_file

LIMIT = 200

_name_option = click.option("--name", help="Its name when you reviewed it; under another name nothing is done.")


@click.group(cls=CommandGroup)
def processors() -> None:
    """Processors: review those that have registered, let in those that were agreed before."""


@processors.command("list")
@limit_option(LIMIT, "How many.")
@json_option
@database_option
def list_(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show processors: first those that wait for a review, the longest waiting first.

    It shows names and addresses, so that you looked is recorded, as with the plan of a review.
    """
    found = asyncio.run(list_processors(admin_url(state), limit))
    show_list(found, limit, _lines, nothing="no processor has registered yet", as_json=as_json)


@processors.command()
@click.argument("reference", metavar="REF")
@_name_option
@system_option
@plan_or_apply
def confirm(reference: str, state: Path | None, *, why: str | None, name: str | None) -> None:
    """Confirm a processor: it may register employers, and its held registrations go on by themselves."""
    asyncio.run(review_processor(state, read_reference(reference), "confirmed", name=name, why=why))


@processors.command()
@click.argument("reference", metavar="REF")
@_name_option
@system_option
@apply_options
def decline(reference: str, state: Path | None, *, applied: bool, reason: str | None, name: str | None) -> None:
    """Decline a processor; your reason is mailed to it word for word."""
    if reason is not None and not (len(reason) <= REASON_CHARACTERS_MAX and re.fullmatch(REASON_PATTERN, reason)):
        raise click.UsageError(
            f"--reason is mailed to the processor: one paragraph of at most {REASON_CHARACTERS_MAX} characters"
        )
    why = reason_to_apply(reason, applied=applied)
    asyncio.run(review_processor(state, read_reference(reference), "declined", name=name, why=why))


@processors.command()
@click.argument("reference", metavar="REF")
@click.option(
    "--from",
    "address",
    metavar="ADDRESS",
    required=True,
    callback=typed_field(fields.email),
    help="The address that it has left.",
)
@database_option
@plan_or_apply
def move(reference: str, address: str, state: Path | None, *, why: str | None) -> None:
    """Move what waits for a processor at an address that it has left to its present one.

    For a processor that is confirmed at its new address, after a correction or a new registration. Employers' requests
    follow: each employer is mailed to whom its request goes now, and may correct that; the processor is mailed each
    request that it has not taken up. Its held registrations follow too: their mails and codes go to the new address
    from then on. That you looked is recorded, even without --apply.
    """
    asyncio.run(move_processor(admin_url(state), read_reference(reference), address, why))


@processors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
@plan_or_apply
def import_(file: Path, state: Path | None, *, why: str | None) -> None:
    """Let the processors in FILE register their employers, as if all had filled in their forms and were confirmed.

    For processors and employers that a.s.r. agreed with before. A CSV in UTF-8, separated by commas, semicolons or
    tabs, with the columns processor_email, raamwerkcontractnummer and loonheffingennummer: a line for each employer
    that has chosen this processor. Held registrations go on by themselves. A file cannot let in a package for which
    Keylane needs the processor's credentials (Loket's web service): for that the processor has to register. If any
    line has a fault, nothing is loaded.
    """
    FileImport(Deed.IMPORT_PROCESSORS, INTAKE.name, load_file, compare_file, "employers of processors").run(
        state, file, why
    )


def _lines(found: Sequence[ProcessorView]) -> Iterator[str]:
    return (line for processor in found for line in processor_lines(processor))
