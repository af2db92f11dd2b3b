"""Time as a dependency: the wall clock for times that are recorded, the monotonic clock for durations."""

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
        """Let others run for this long."""


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

    For deadlines that others measure with their own clocks, if the platform supports it. Not for a watchdog, which
    would mistake its own sleep for silence.
    """

    def monotonic(self) -> float:
        return time.clock_gettime(_SINCE_BOOT)
