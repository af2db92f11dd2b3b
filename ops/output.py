"""Where the commands print: a terminal gets colours, everything else plain text of 80 columns."""

from collections.abc import Sequence

import click
from pydantic_core import to_json
from rich.console import Console

from ops.view import View

COLUMNS = 80


def console() -> Console:
    """As wide as the terminal; 80 columns without one. What is typed by strangers is never read as markup."""
    found = Console(highlight=False, markup=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, emoji=False, width=COLUMNS)


def shorten(line: str, columns: int = COLUMNS) -> str:
    """The line, cut off visibly where it is longer."""
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def print_json(views: Sequence[View] | View) -> None:
    """The answer as JSON, for programs."""
    click.echo(to_json(views, indent=2))
