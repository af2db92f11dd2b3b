"""The option `--reason TEXT`: why an operator does something, or looks. It is recorded and published."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

REASON_CHARACTERS_MAX = 2_000


def reason_option(says: str) -> Callable[[F], F]:
    """Add `--reason`. Its length is limited, so that nobody pastes a log: every reader of the topic would get it."""
    return click.option("--reason", metavar="TEXT", type=_recordable, help=says)


def _recordable(typed: str) -> str:
    if len(typed) > REASON_CHARACTERS_MAX:
        raise click.BadParameter(
            f"at most {REASON_CHARACTERS_MAX:,} characters can be recorded; these are {len(typed):,}"
        )
    return typed
