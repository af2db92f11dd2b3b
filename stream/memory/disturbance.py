"""Where what is in memory can be disturbed: a test lets a call fail, wait or meet a rebalance, before or after it acts.

A process that dies, a reply that is lost and a network that is slow look the same from outside: a call that raised, or
never came back, either before it did anything or after.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum


class Moment(StrEnum):
    """Before the call did anything, or after it did and before the caller knows."""

    BEFORE = "before"
    AFTER = "after"


Disturbance = Callable[[str, Moment], Awaitable[None]]
"""Told the name of the method; may raise what that method may raise, be cancelled, or wait."""


async def undisturbed(call: str, moment: Moment) -> None:
    """Let everything go well."""
    del call, moment
