"""Time as a dependency: the wall for what is written down, the monotonic clock for durations."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Asked by the worker; never raises."""

    def now(self) -> datetime:
        """Say the time, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some moment, never backwards."""

    async def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""


class SystemClock:
    """A `Clock`: the machine's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SleepCountingClock(SystemClock):
    """The machine's clocks; a duration counts the time in which the machine slept, as it does for everybody else.

    For deadlines that others keep by clocks of their own, where the platform can tell. Not for a watchdog, which would
    take its own sleep for a silence.
    """

    def monotonic(self) -> float:
        return time.clock_gettime(_SINCE_BOOT)
