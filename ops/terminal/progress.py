"""A bar that shows how far a command is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, length: int, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """The function that moves a bar. There is no bar for a single thing, or where standard error is no terminal."""
    hidden = hidden or length < 2 or not sys.stderr.isatty()  # noqa: PLR2004  more than one
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield bar.update


def over_bar() -> str:
    """The beginning of a line on standard error that replaces a bar, if there is one."""
    return "\r\x1b[K" if sys.stderr.isatty() else ""
