"""A bar that shows how far a command is, for somebody who would wait before an empty screen."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, length: int, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """What moves the bar; none for a single thing, and none where standard error is no terminal."""
    hidden = hidden or length < 2 or not sys.stderr.isatty()  # noqa: PLR2004  more than one
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield bar.update


def over_bar() -> str:
    """What a line on standard error begins with, so that it takes the place of a bar that stands there."""
    return "\r\x1b[K" if sys.stderr.isatty() else ""
