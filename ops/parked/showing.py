"""`koppeling parked show`: everything about one parked record."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.actions.action import Change, Deed
from ops.actions.looking_at import record_look
from ops.parked.chosen import Choice, choice_of, chosen_rows
from ops.parked.filter import Filter
from ops.parked.parked_story import ParkedStory, read_raw, read_story, story_lines
from ops.parked.plan import one_of_lines
from ops.parked.row import ParkedRow
from ops.servers.administrator import Database, admin_url, database_option, looking
from ops.terminal.output import json_option, show
from ops.terminal.reason_option import reason_option
from schemas.flow import SERVICE_NAMES

TO_MEND = "to mend what is parked"


@click.command("show")
@click.argument("target", metavar="ID|REF")
@click.option(
    "--service",
    metavar="SERVICE",
    type=click.Choice(SERVICE_NAMES),
    help="The service, if several have parked it.",
)
@click.option("--raw", is_flag=True, help="The record's bytes as they are kept; needs --reason.")
@json_option
@database_option
@reason_option("Why you look; recorded.")
def show_parked(  # noqa: PLR0913  one argument for each option
    target: str, state: Path | None, service: str | None, *, raw: bool, reason: str | None, as_json: bool
) -> None:
    """Show everything about a parked record: its event masked, its trace, its registration's story, and what waits.

    ID is the row's, as `koppeling parked list` shows it; REF is the reference of a registration with one parked record.
    That you looked is recorded.
    """
    choice, why, url = choice_of(target), (reason or "").strip(), admin_url(state)
    if raw and (not why or as_json):
        raise click.UsageError("--raw shows personal data: it needs --reason TEXT, and does not go with --json")
    if raw:
        _write_raw(asyncio.run(_raw(url, choice, service, why)))
        return
    story = asyncio.run(_story(url, choice, service, why or TO_MEND))
    show(story, story_lines(story, datetime.now(UTC)), as_json=as_json)


async def _story(url: str, choice: Choice, service: str | None, why: str) -> ParkedStory:
    async with looking(url) as database:
        row = await _one(database, choice, service)
        story = await read_story(database, row)
    await record_look(url, _seen(row), why)
    return story


async def _raw(url: str, choice: Choice, service: str | None, why: str) -> bytes:
    async with looking(url) as database:
        row = await _one(database, choice, service)
        body = await read_raw(database, row)
    await record_look(url, _seen(row), why, Deed.LOOK_RAW)
    return body


def _write_raw(body: bytes) -> None:
    """Write the bytes as they are to a file or pipe, but escaped to a terminal."""
    out = sys.stdout.buffer
    out.write(f"{body!r}\n".encode() if out.isatty() else body)
    out.flush()


async def _one(database: Database, choice: Choice, service: str | None) -> ParkedRow:
    """The one row that is meant. A registration can have thousands, if ids were reused: then the ids are listed."""
    rows, _ = await chosen_rows(database, [choice], Filter(service=service))
    if len(rows) > 1:
        raise click.ClickException("\n".join(one_of_lines(choice.typed, rows)))
    return rows[0]


def _seen(row: ParkedRow) -> list[Change]:
    return [Change(row.service, str(row.id), row.registration, {}, {})]
