"""How the commands print: lines of at most 80 columns for people, JSON for programs."""

import os
import sys
from collections.abc import Sequence
from shutil import get_terminal_size

import click
from pydantic_core import to_json

from ops.view import View

COLUMNS = 80


def terminal_columns() -> int:
    """How wide the terminal is; 80 columns without one."""
    return get_terminal_size((COLUMNS, 0)).columns if sys.stdout.isatty() else COLUMNS


def wants_colour() -> bool | None:
    """Never where NO_COLOR says so; None leaves it to whether a terminal reads."""
    return False if os.environ.get("NO_COLOR") else None


def shorten(line: str, columns: int = COLUMNS) -> str:
    """The line, cut off visibly where it is longer."""
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def print_json(views: Sequence[View] | View) -> None:
    """The answer as JSON, for programs."""
    click.echo(to_json(views, indent=2))
