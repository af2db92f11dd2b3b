"""Prints commands' answers: for people in lines that fit the terminal, for programs as JSON."""

import os
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from textwrap import wrap

import click
from pydantic_core import to_json

from ops.terminal.view import View

COLUMNS = 80
_COLUMNS_MIN = 40

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def line_width() -> int:
    """The width of lines: COLUMNS, or else the terminal's width, within 40 to 80; 80 where neither is known."""
    return max(_COLUMNS_MIN, min(get_terminal_size((COLUMNS, 0)).columns, COLUMNS))


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of whole words; the first line begins with `first`, all others with `rest`."""
    return wrap(text, line_width(), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def say(text: str) -> None:
    """Print a sentence, in lines that fit the terminal."""
    click.echo("\n".join(wrapped(text)))


def wants_colour() -> bool | None:
    """False where NO_COLOR is set; None, for click to decide by whether this is a terminal, otherwise."""
    return False if os.environ.get("NO_COLOR") else None


def shorten(line: str, columns: int | None = None) -> str:
    """The line, cut off with an ellipsis where it is longer than `columns`, or than `line_width` without them."""
    columns = columns or line_width()
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def print_json(views: Sequence[View] | View) -> None:
    """Print the answer as JSON."""
    click.echo(to_json(views, indent=2))


def show(views: Sequence[View] | View, lines: Iterable[str], *, as_json: bool) -> None:
    """Print the answer as JSON, or else in these lines."""
    if as_json:
        print_json(views)
    else:
        click.echo("\n".join(lines))
