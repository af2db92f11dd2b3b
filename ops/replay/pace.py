"""The flood limit of a replay: how many of its rows may be in a service's queue, and how many may go in each second."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

import click

from ops.terminal.counted import counted
from ops.terminal.telling import Telling
from stream.clock import Clock

POLL_S = 0.2
PAUSED_POLL_S = 1.0
STALLED_S = 60.0
STRIDE_S = 0.1
CHUNK_RECORDS_MAX = 500
QUEUE_ROWS, RATE_PER_S = 1_000, 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rows may be in the queue at a time, and how many are queued each second."""

    queue_rows_max: int = QUEUE_ROWS
    rows_per_s: float = RATE_PER_S

    @property
    def chunk_records_max(self) -> int:
        """How many are queued at once. Few, as a live record waits until its worker has taken all that are there."""
        return max(min(CHUNK_RECORDS_MAX, self.queue_rows_max, round(self.rows_per_s * STRIDE_S)), 1)


class Queue(Protocol):
    """A service's redelivery queue."""

    async def pending(self) -> int:
        """How many rows of replays are in it."""

    async def holding(self) -> Sequence[str]:
        """Why the service takes none of them, as far as that is known."""


class Pace:
    """Waits for room in the queue, and reports progress. `passed`: how many offsets were done before this command."""

    def __init__(self, limits: Limits, clock: Clock, queue: Queue, *, passed: int = 0) -> None:
        self._limits = limits
        self._clock = clock
        self._queue = queue
        self._telling = Telling(clock)
        self._queued = 0
        self._passed = passed

    async def unless_paused(self, is_paused: Callable[[], Awaitable[bool]]) -> None:
        """Return when the replay is not paused; waiting for that counts for neither the rate nor the estimate."""
        if not await is_paused():
            return
        click.echo("paused: waiting for `koppeling replay resume ID`", err=True)
        since = self._clock.monotonic()
        while await is_paused():
            await self._clock.sleep(PAUSED_POLL_S)
        self._telling.begun += self._clock.monotonic() - since

    async def room(self, rows: int) -> None:
        """Return when this number of rows may be queued.

        Raises:
            ClickException: the service has taken none of what is queued for `STALLED_S`.
        """
        earliest = self._telling.begun + self._queued / self._limits.rows_per_s
        await self._clock.sleep(max(earliest - self._clock.monotonic(), 0))
        await self._until(max(self._limits.queue_rows_max - rows, 0))
        self._queued += rows

    async def drained(self) -> None:
        """Return when every row has been taken. Raises as `room`."""
        await self._until(0)

    async def _until(self, at_most: int) -> None:
        waiting, since = await self._queue.pending(), self._clock.monotonic()
        while waiting > at_most:
            await self._clock.sleep(POLL_S)
            left = await self._queue.pending()
            if left < waiting:
                since = self._clock.monotonic()
            if self._clock.monotonic() - since > STALLED_S:
                await self._give_up(left)
            waiting = left

    async def _give_up(self, left: int) -> NoReturn:
        why = "; ".join(await self._queue.holding())
        raise click.ClickException(
            f"{counted(left, 'row')} in the queue, and none was taken for {STALLED_S:g} s: "
            f"{f'{why}.' if why else 'does the service run?'} "
            "What is queued is handled when it goes on; the same command goes on from here"
        )

    def tell(self, passed: int, total: int) -> None:
        """Say now and then how many offsets are done, and how long the others will take."""
        if passed > self._passed and self._telling.is_due():
            to_go = self._telling.to_go(passed - self._passed, total - passed)
            click.echo(f"{passed} of {total} passed, {to_go}", err=True)
