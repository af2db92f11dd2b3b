"""The outermost frame of every command: what the machine refuses is said in a sentence, as what is typed wrongly is."""

import sys
from io import BytesIO, TextIOWrapper
from typing import Any

import click

from ops.terminal.lazy_group import LazyGroup

READER_GONE = 141
"""As a shell says it of a program that SIGPIPE ended: 1 means something of its own, as in `koppeling audit | head`."""


class CommandLine(LazyGroup):
    """The group of all commands."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run what was typed. Without a standard output nothing is: a connection could take its place.

        Without a standard input there is nothing to read.
        """
        if sys.stdout is None:
            click.echo(
                "Error: standard output is closed: nothing was done; redirect it to /dev/null to discard it", err=True
            )
            sys.exit(2)
        if sys.stdin is None:
            sys.stdin = TextIOWrapper(BytesIO())
        try:
            return super().main(*arguments, **options)
        except SystemExit as end:
            # click ends with 1 when it could not write because of this.
            if isinstance(end.__context__, BrokenPipeError):
                sys.exit(READER_GONE)
            raise
        except OSError as error:
            # Python would try what could not be written once more at its end.
            sys.stdout = None
            click.echo(f"Error: {str(error) or type(error).__name__}", err=True)
            sys.exit(1)
