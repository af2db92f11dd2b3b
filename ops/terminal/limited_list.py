"""A list that is cut off at a limit, and says so: otherwise what is not shown would seem not to exist."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import click

from ops.terminal.output import print_json
from ops.terminal.view import View

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
V = TypeVar("V", bound=View)

LIMIT_MAX = 1_000_000


class Limited(NamedTuple, Generic[T]):
    """The first of what was found, and how many there are in all."""

    shown: Sequence[T]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


def limit_option(default: int, says: str = "How many, newest first.", *, most: int = LIMIT_MAX) -> Callable[[F], F]:
    """Add `--limit`."""
    return click.option(
        "--limit", metavar="N", type=click.IntRange(1, most), default=default, show_default=True, help=says
    )


def show_list(
    found: Sequence[V], limit: int, lines: Callable[[Sequence[V]], Iterable[str]], *, nothing: str, as_json: bool
) -> None:
    """Print the first `limit` of `found`, and whether there are more: so read `limit` + 1 of them."""
    shown = found[:limit]
    if as_json:
        print_json(shown)
    else:
        click.echo("\n".join(lines(shown)) or nothing)
    if len(found) > limit:
        say_more(as_json=as_json)


def say_more(where: str = "", *, as_json: bool) -> None:
    """Say that there are more; on standard error with JSON, which is a list and has no place for it."""
    click.echo(f"and more{where}: --limit N shows them", err=as_json)
