"""Crash points: where a fault test kills the process. Off at the cost of a call."""

import os
import signal
from collections.abc import Callable
from itertools import count


def off(name: str) -> None:
    """Go on: what every point does, unless somebody was told otherwise."""


_at_point: Callable[[str], None] = off


def point(name: str) -> None:
    """Here a process may die."""
    _at_point(name)


def tell(at_point: Callable[[str], None]) -> None:
    """Let a fault test or a simulation decide what happens at each point, by its name, from now on."""
    global _at_point  # noqa: PLW0603 (a crash point is anywhere; what it does is the process's)
    _at_point = at_point


def one_of(*names: str) -> str:
    """The pattern of what may be told: one of these points, and which time it is passed, as in `record:3`."""
    return rf"^({'|'.join(names)})(:[1-9]\d{{0,8}})?$"


def death_at(told: str) -> Callable[[str], None]:
    """Die by SIGKILL at that point; without a number, when it is passed for the first time."""
    named, _, time = told.partition(":")
    times = count(1)

    def die_as_told(name: str) -> None:
        if name == named and next(times) == int(time or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    return die_as_told
