"""Starts processes in ranks, keeps them running, and ends them in reverse order."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from sandbox.child import Child, run_once
from sandbox.process_spec import OneShot, ProcessSpec

log = logging.getLogger("sandbox")


class Supervisor:
    """The living set of processes. `held` is the folder whose files keep processes down.

    Without `asking` it ends each as its own death would: at once, without time to put its data in order.
    """

    def __init__(self, *, held: Path, changed: Callable[[], None], asking: bool = True) -> None:
        self._held = held
        self._changed = changed
        self._asking = asking
        self._ranks: list[list[Child]] = []

    @property
    def children(self) -> tuple[Child, ...]:
        """All processes, in the order of their start."""
        return tuple(child for rank in self._ranks for child in rank)

    def new_rank(self) -> None:
        """What is started from here on is ended before what was started until now."""
        self._ranks.append([])

    async def start(self, spec: ProcessSpec) -> None:
        """Starts one process and returns when it is ready; raises SandboxError."""
        started_at = time.monotonic()
        ended_so = spec if self._asking else replace(spec, stop_signal=spec.death_signal)
        child = Child(ended_so, held=self._held / spec.name, changed=self._changed)
        self._ranks[-1].append(child)
        await child.until_ready()
        log.info("%s is ready after %.1f s", spec.name, time.monotonic() - started_at)

    async def start_all(self, specs: Iterable[ProcessSpec]) -> None:
        """Starts processes side by side."""
        async with asyncio.TaskGroup() as starting:
            for spec in specs:
                starting.create_task(self.start(spec))

    async def run(self, step: OneShot) -> None:
        """Runs a one-shot step; raises SandboxError unless it succeeds."""
        started_at = time.monotonic()
        await run_once(step)
        log.info("%s is done after %.1f s", step.name, time.monotonic() - started_at)

    async def stop(self) -> None:
        """Ends the last rank first, each rank's processes side by side."""
        while self._ranks:
            await asyncio.gather(*(child.stop() for child in self._ranks.pop()))
