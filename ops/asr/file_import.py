"""Loads a file from a.s.r., as a whole or not at all, and records that."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.servers.administrator import admin_url, changing, looking
from ops.terminal.output import say, wrapped
from payroll.row_file import Compared, RowFileError


@contextmanager
def faults_named(file: Path) -> Iterator[None]:
    """Run the block that reads this file; for a file with faults, print all of them and exit with 1."""
    try:
        yield
    except RowFileError as error:
        click.echo(f"{file}: nothing was loaded", err=True)
        for line in str(error).splitlines():
            click.echo("\n".join(wrapped(line, rest="  ")), err=True)
        sys.exit(1)


class FileImport(NamedTuple):
    """How a kind of file is compared with what is there, and loaded; `rows` says what its rows are."""

    deed: Deed
    service: str
    load: Callable[[Any, Path], Awaitable[int]]
    compare: Callable[[Any, Path], Awaitable[Compared]]
    rows: str

    def run(self, state: Path | None, file: Path, why: str | None) -> None:
        """Say what would change, and load it if there is a reason; exits with 1 when there is a fault in any line.

        Of a file that changes nothing, nothing is loaded or recorded.
        """
        with faults_named(file):
            compared = asyncio.run(self._run(admin_url(state), file, why))
        click.echo(f"{self.rows}: {compared.new} new, {compared.changed} changed, {compared.same} as they were")
        for remark in compared.remarks:
            click.echo(remark)
        say(came_of_it(compared, why))

    async def _run(self, url: str, file: Path, why: str | None) -> Compared:
        async with looking(url) if why is None else changing(url) as database:
            compared = await self.compare(database, file)
            if why is not None and compared.anything:
                await self.load(database, file)
                change = Change(self.service, file.name, None, {}, compared.counts())
                await record_actions(database, self.deed, why, [change])
            return compared


def came_of_it(compared: Compared, why: str | None) -> str:
    """The last line: that it was done, how to do it, or that there is nothing to do."""
    if not compared.anything:
        return "nothing to load: all of it is there already"
    return NOT_APPLIED if why is None else "loaded: what waits for them goes on by itself"
