"""The outermost frame: it acts on every error, and ends the process if there is no progress."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import assert_never

from stream.beside import Beside
from stream.errors import (
    BackOff,
    Fenced,
    Hold,
    Retake,
    Stop,
    StoreUnavailable,
    StreamError,
    TransportUnavailable,
    disposition,
)
from stream.health import PAUSED, Pulse
from stream.outage import Outage
from stream.worker import Worker

_log = logging.getLogger(__name__)


class StuckError(Exception):
    """Records wait and none was taken for `watchdog_s`: the process ends once the work beside it is finished."""


@dataclass
class Keeper:
    """Keeps one worker going: the outermost frame, which acts on every error."""

    worker: Worker
    pulse: Pulse
    watchdog_s: float
    beside: Beside = field(default_factory=Beside)
    random: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._clock = self.worker.clock
        self._stopping = asyncio.Event()
        self._progress = self._clock.monotonic()
        self._kafka_fails = False
        self._kafka_is_silent = False
        self._outage = Outage()
        self.worker.taken_over = self._go_on_beside

    def stop(self) -> None:
        """Finish the batch under way and leave."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    async def stopped(self) -> None:
        """Return once `stop` was called."""
        await self._stopping.wait()

    async def run(self) -> None:
        """Run until stopped. Raises FatalError, or any unexpected error."""
        failures = 0
        while not self.stopping:
            taken = self.worker.records_taken
            try:
                await self._run_once()
                if self.worker.records_taken > taken:
                    self._progress = self._clock.monotonic()
                failures, self._kafka_fails = 0, False
                self._outage.clear()
                self._say_how_it_goes()
            except StreamError as error:
                failures += 1
                self._kafka_fails = isinstance(error, TransportUnavailable)
                self._outage.note(error, now := self._clock.monotonic())
                if self._outage.excuses(now):
                    self._progress = now
                await self._act_on(error, failures)
        await self._finish()

    def _say_how_it_goes(self) -> None:
        is_silent = self._kafka_is_silent
        self.pulse.ready, self.pulse.why = not is_silent, TransportUnavailable.__name__ if is_silent else "running"

    async def _run_once(self) -> None:
        taken = await self.worker.run_once()
        self._go_on_beside()
        if taken:
            self.beside.wake()

    def _go_on_beside(self) -> None:
        """Also called as soon as the lanes are taken over: publishing the gap may wait for Kafka for long.

        Raises:
            StoreUnavailable: the database was away meanwhile, so the lanes are to be taken over again.
        """
        if self.beside.found_away():
            raise StoreUnavailable("found by what runs beside the worker")
        if self.worker.holds_lanes:
            self.beside.go_on()

    async def _act_on(self, error: StreamError, failures: int) -> None:
        match disposition(error, failures):
            case Hold(look_s):
                await self._hold(look_s)
            case BackOff(delay_s):
                self.pulse.ready, self.pulse.why = False, type(error).__name__
                if isinstance(error, StoreUnavailable):
                    self.beside.hold()
                _log.warning("%s (%s): going on in %.1f s", type(error).__name__, error, delay_s)
                await self._wait(delay_s)
            case Retake(jitter_s_max):
                _log.info("%s (%s): taking the lanes over again", type(error).__name__, error)
                await self._wait(self.random.uniform(0, jitter_s_max))
            case Stop():
                raise error
            case unexpected:
                assert_never(unexpected)
        # The wait above serves for an outage that was found beside the worker as well: the lanes are taken over next.
        # If only Kafka fails, the work beside the worker need not wait for that.
        if not self.beside.found_away() and self._kafka_fails and self.worker.holds_lanes:
            self.beside.go_on()
        self.worker.lose_lanes()

    async def _hold(self, look_s: float) -> None:
        """Stay ready: a new release has to be able to start while its service is paused."""
        if self.pulse.why != PAUSED:
            _log.warning("paused by an operator: nothing is taken until `koppeling resume`")
        self.pulse.ready, self.pulse.why = True, PAUSED
        self._kafka_is_silent = False
        self._progress = self._clock.monotonic()
        await self._finish()
        await self._wait(look_s)

    async def _finish(self) -> None:
        with suppress(TransportUnavailable, Fenced):
            await self.worker.finish()

    async def _wait(self, seconds: float) -> None:
        tasks = [asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def watch(self) -> None:
        """Beat, and end the process if there is lag and no progress: a consumer can be stuck without a sign.

        So can a producer: then there is no lag, but the batch in hand is never published although Kafka answers.

        Records that are seen waiting for the first time may have waited behind an outage that ends only now: the
        worker gets half of its time again to take them.
        """
        seen_waiting_s = None
        while True:
            self.pulse.beat = self._clock.monotonic()
            await self._clock.sleep(self.watchdog_s / 8)
            was_silent = self._kafka_is_silent
            if not was_silent and self._clock.monotonic() - self._progress < self.watchdog_s:
                continue
            is_waited_for = await self._is_waited_for()
            if was_silent or not is_waited_for:
                self._progress = self._clock.monotonic()
            elif self._progress != seen_waiting_s:
                seen_waiting_s = self._progress = self._clock.monotonic() - self.watchdog_s / 2
            else:
                raise StuckError(f"records are waiting and none was taken for {self.watchdog_s} s")

    async def _is_waited_for(self) -> bool:
        try:
            # No wait_for: it swallows a cancellation that comes with the answer (Python 3.11).
            async with asyncio.timeout(self.watchdog_s / 4):
                lag = await self.worker.transport.lag()
        except Fenced:
            return False
        except (TimeoutError, TransportUnavailable):
            self._note_silence()
            return False
        self._kafka_is_silent = False
        return lag > 0 or self._kafka_fails or self._has_one_in_hand_for_long()

    def _note_silence(self) -> None:
        """A worker with nothing in hand meets no error: its consumer waits in the same way while Kafka is away.

        From now on Kafka is asked at every beat; once it has answered, the loop decides about readiness again.
        """
        if self.pulse.ready:
            _log.warning("Kafka does not answer: not ready until it does")
            self._kafka_is_silent = True
            self.pulse.ready, self.pulse.why = False, TransportUnavailable.__name__

    def _has_one_in_hand_for_long(self) -> bool:
        """Rows do not count as progress, and each batch is a new one: only the age of this batch tells."""
        since_s = self.worker.in_hand_since_s
        return since_s is not None and self._clock.monotonic() - since_s >= self.watchdog_s / 2
