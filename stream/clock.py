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
    """The machine's clocks."""

    def now(self) -> datetime:
        """Say the time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment, never backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""
        await asyncio.sleep(seconds)
