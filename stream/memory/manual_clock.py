"""A clock that goes on only when somebody sleeps on it, or says so."""

import asyncio
from datetime import datetime, timedelta


class ManualClock:
    """Time as a number: whoever sleeps moves it on, and real time plays no part."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._passed_s = 0.0

    def now(self) -> datetime:
        """Say the time, in UTC if the start was."""
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self._passed_s

    async def sleep(self, seconds: float) -> None:
        """Move on by so much, and let others go on."""
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Move on by so much."""
        self._passed_s += seconds
