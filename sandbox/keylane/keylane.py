"""The simulator's loop: receive, put on record with what will be said, say what is due, commit."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from joserfc.jwk import KeySet

from sandbox.keylane.plan import answers, early_reports
from sandbox.keylane.record import DueReport, Record, Taken
from sandbox.keylane.request import Arrival, read
from sandbox.keylane.script import ScriptFile

POLL_S = 0.2
REPORTS_MAX = 1_000

T = TypeVar("T")
log = logging.getLogger("keylane")


class Transport(Protocol):
    """What the loop needs of Kafka."""

    async def receive(self, timeout_s: float) -> list[Arrival]:
        """The next records, in order per lane; none when none came in time."""

    async def publish(self, reports: Sequence[DueReport]) -> None:
        """Returns when all of them are acknowledged."""

    async def commit(self, arrivals: Sequence[Arrival]) -> None:
        """These need not come again."""


def _now() -> datetime:
    return datetime.now(UTC)


class Keylane:
    """One simulator on one record. Killed between any two steps it loses nothing and changes no report."""

    def __init__(
        self,
        kafka: Transport,
        record: Record,
        keys: KeySet,
        script: ScriptFile,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._kafka = kafka
        self._record = record
        self._keys = keys
        self._script = script
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the batch under way is finished first."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            arrivals = await _unless(stopped, self._kafka.receive(self._patience_s()))
            await self.handle(arrivals or [])

    async def handle(self, arrivals: Sequence[Arrival]) -> None:
        """One batch, and whatever is due."""
        self._reread_script()
        now = self._clock()
        taken = Taken()
        if arrivals:
            batch = [read(arrival, self._keys, now) for arrival in arrivals]
            taken = self._record.take(batch, partial(answers, script=self._script.script))
        due = self._record.due(now, REPORTS_MAX)
        if due:
            await self._kafka.publish(due)
            self._record.mark_published(due, self._clock())
        if arrivals:
            await self._kafka.commit(arrivals)
        if arrivals or due:
            log.info(
                json.dumps({"at": now.isoformat(), "received": len(arrivals), **asdict(taken), "reported": len(due)})
            )

    def _reread_script(self) -> None:
        before = self._script.script
        if fault := self._script.reread():
            log.warning(json.dumps({"at": self._clock().isoformat(), "script": fault}))
        if self._script.script is not before:
            self._record.plan(early_reports(self._script.script, self._clock()))

    def _patience_s(self) -> float:
        due_at = self._record.next_due_at()
        return POLL_S if due_at is None else min(max((due_at - self._clock()).total_seconds(), 0), POLL_S)


async def _unless(stopped: "asyncio.Task[Any]", step: Coroutine[Any, Any, T]) -> T | None:
    working = asyncio.create_task(step)
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return None
