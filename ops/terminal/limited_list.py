"""A list of the first so many, which says so when there are more: what is not shown would seem not to be there."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from ops.terminal.output import print_json
from ops.terminal.view import View

F = TypeVar("F", bound=Callable[..., Any])
V = TypeVar("V", bound=View)

LIMIT_MAX = 1_000_000


def limit_option(default: int, says: str = "How many, newest first.", *, most: int = LIMIT_MAX) -> Callable[[F], F]:
    """Add `--limit`."""
    return click.option(
        "--limit", metavar="N", type=click.IntRange(1, most), default=default, show_default=True, help=says
    )


def show_list(
    found: Sequence[V], limit: int, lines: Callable[[Sequence[V]], Iterable[str]], *, nothing: str, as_json: bool
) -> None:
    """Print the first `limit` of these, and whether there are more: so `found` is read with one more than the limit."""
    shown = found[:limit]
    if as_json:
        print_json(shown)
    else:
        click.echo("\n".join(lines(shown)) or nothing)
    if len(found) > limit:
        say_more(as_json=as_json)


def say_more(where: str = "", *, as_json: bool) -> None:
    """That not all is shown; beside the JSON, whose shape is a list."""
    click.echo(f"and more{where}: --limit N shows them", err=as_json)
