"""Time in a simulated process: a wall clock that can be set wrong, and a monotonic one that cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from faults.simulation.loop import VirtualLoop

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class ProcessClock:
    """One process's clocks."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """What the wall clock shows."""
        return START + timedelta(seconds=self._loop.time()) + self.wrong_by

    def monotonic(self) -> float:
        """Seconds since the simulation began."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""
        await asyncio.sleep(seconds)


class FetchClock(ProcessClock):
    """The clock of a consumer's wait: over at once when there is news, as a fetch is; longer while nothing can be due.

    Looking every second at a queue that stays as it is would be most of a simulation's work.
    """

    def __init__(self, loop: VirtualLoop, news: Callable[[float], Awaitable[None]]) -> None:
        super().__init__(loop)
        self._news = news

    async def sleep(self, seconds: float) -> None:
        """Wait for news, about so long."""
        await self._news(seconds)
