"""`koppeling parked`: the records that wait for a human or a later try."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap

import click

from ops.administrator import admin_url, database_option, looking
from ops.age import age, moment
from ops.output import COLUMNS, print_json
from ops.parked_row import ParkedRow
from ops.parked_rows import parked_rows

LIMIT = 200


@click.group()
def parked() -> None:
    """Records that a service has put aside."""


@parked.command("list")
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many a service."
)
def list_parked(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show every parked record of every service, oldest first; never its body."""
    rows = asyncio.run(_rows(admin_url(state), limit))
    if as_json:
        print_json(rows)
        return
    for line in parked_lines(rows, datetime.now(UTC)):
        click.echo(line)


async def _rows(url: str, limit: int) -> list[ParkedRow]:
    async with looking(url) as database:
        return await parked_rows(database, limit=limit)


def parked_lines(rows: Sequence[ParkedRow], now: datetime) -> list[str]:
    """A few lines for each row, at most 80 columns wide."""
    if not rows:
        return ["nothing is parked"]
    return [line for row in rows for line in _row_lines(row, now)]


def _row_lines(row: ParkedRow, now: datetime) -> list[str]:
    tried = f"tried {row.attempts} x, " if row.attempts > 1 else ""
    lines = [
        f"{row.service} {row.id}",
        f"  {row.reason}, {tried}since {moment(row.since)} ({age(now - row.since)})",
        f"  {row.topic} {row.partition} @ {row.offset}",
    ]
    if row.reference:
        waiting = f", {row.waiting} more behind it" if row.waiting else ""
        lines.append(f"  registration {row.reference}{waiting}")
    if row.retry_at:
        lines.append(f"  tried again at {moment(row.retry_at)}")
    return [*lines, *wrap(row.advice, COLUMNS, initial_indent="  ", subsequent_indent="  ")]
