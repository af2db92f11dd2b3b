"""How the commands print: lines that the terminal need not break for people, JSON for programs."""

import os
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from textwrap import wrap

import click
from pydantic_core import to_json

from ops.terminal.view import View

COLUMNS = 80
_COLUMNS_MIN = 40


def line_width() -> int:
    """How wide a line may be: what COLUMNS says, else the terminal's width; 40 to 80, and 80 where neither is known."""
    return max(_COLUMNS_MIN, min(get_terminal_size((COLUMNS, 0)).columns, COLUMNS))


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of whole words; the first line begins with `first`, all others with `rest`."""
    return wrap(text, line_width(), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def say(text: str) -> None:
    """A sentence on standard output, in lines that the terminal need not break."""
    click.echo("\n".join(wrapped(text)))


def wants_colour() -> bool | None:
    """Never where NO_COLOR says so; None leaves it to whether a terminal reads."""
    return False if os.environ.get("NO_COLOR") else None


def shorten(line: str, columns: int | None = None) -> str:
    """The line, cut off visibly where it is longer than that, or than a line may be."""
    columns = columns or line_width()
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def print_json(views: Sequence[View] | View) -> None:
    """The answer as JSON, for programs."""
    click.echo(to_json(views, indent=2))


def show(views: Sequence[View] | View, lines: Iterable[str], *, as_json: bool) -> None:
    """The answer, for programs or in these lines."""
    if as_json:
        print_json(views)
    else:
        click.echo("\n".join(lines))
