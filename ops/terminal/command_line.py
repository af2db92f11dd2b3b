"""The outermost frame of every command: an error of the operating system is reported in a sentence."""

import sys
from io import BytesIO, TextIOWrapper
from typing import Any

import click

from ops.terminal.lazy_group import LazyGroup

READER_GONE = 141
"""The exit code when nobody reads the output any more, as in `koppeling audit | head`.

It is what a shell reports for a program that SIGPIPE ended; 1 has a meaning of its own in some commands.
"""


class CommandLine(LazyGroup):
    """The group of all commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse bytes that are not UTF-8, without showing them: neither Postgres, Kafka nor JSON takes them."""
        try:
            "".join(args).encode()
        except UnicodeEncodeError:
            raise click.BadParameter("something that you typed has bytes that are not UTF-8", ctx) from None
        return super().parse_args(ctx, args)

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run what was typed.

        If standard output is closed, nothing is run: a connection could get its file descriptor. A closed standard
        input counts as an empty one.
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
            # click itself exits with 1 after a broken pipe.
            if isinstance(end.__context__, BrokenPipeError):
                sys.exit(READER_GONE)
            raise
        except OSError as error:
            # Otherwise Python would try to write the rest once more when it ends.
            sys.stdout = None
            click.echo(f"Error: {str(error) or type(error).__name__}", err=True)
            sys.exit(1)
