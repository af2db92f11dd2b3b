"""A file of a.s.r.'s loaded whole or not at all, and put on record."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

from ops.action import Change, Deed, record_actions
from ops.administrator import admin_url, changing
from ops.applying import say_what_was_done
from payroll.row_file import RowFileError

reason_option = click.option(
    "--reason", metavar="TEXT", default="a file was imported", show_default=True, help="Recorded with who and when."
)


class FileImport(NamedTuple):
    """What is loaded: `load` returns how many rows there were, and `rows` says of what."""

    deed: Deed
    service: str
    load: Callable[[Any, Path], Awaitable[int]]
    rows: str

    def run(self, state: Path | None, file: Path, why: str) -> None:
        """Do it; ends with 1 when there is a fault in any line, with 2 when the reason is blank."""
        if not why.strip():
            raise click.UsageError("--reason is recorded: it cannot be blank")
        try:
            count = asyncio.run(self._loaded(admin_url(state), file, why))
        except RowFileError as error:
            click.echo(f"{file}: nothing was loaded\n{error}", err=True)
            sys.exit(1)
        click.echo(f"{count} {self.rows} loaded")
        say_what_was_done(state)

    async def _loaded(self, url: str, file: Path, why: str) -> int:
        async with changing(url) as database:
            count = await self.load(database, file)
            change = Change(self.service, file.name, None, {}, {"rows": count})
            await record_actions(database, self.deed, why, [change])
            return count
