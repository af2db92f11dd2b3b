"""Crash points: where a fault test kills the process. Off at the cost of a call and a comparison."""

import os
import signal
from collections import Counter
from collections.abc import Callable

VARIABLE = "KOPPELING_CRASH_AT"

_NAME, _, _count = os.environ.get(VARIABLE, "").partition(":")
_COUNT = int(_count or "1")
_passed: Counter[str] = Counter()


def die_as_told(name: str) -> None:
    """Die by SIGKILL, if the environment says so."""
    if name != _NAME:
        return
    _passed[name] += 1
    if _passed[name] == _COUNT:
        os.kill(os.getpid(), signal.SIGKILL)


_at_point: Callable[[str], None] = die_as_told


def point(name: str) -> None:
    """Here a process may die: `KOPPELING_CRASH_AT=record:3` kills it at the third time."""
    _at_point(name)


def tell(at_point: Callable[[str], None]) -> None:
    """Let a simulation decide what happens at each point, by its name, from now on."""
    global _at_point  # noqa: PLW0603 (a crash point is anywhere; what it does is the process's)
    _at_point = at_point
