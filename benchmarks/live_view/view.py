"""The live view as a process of this benchmark, asked by its own pages."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.errors import BenchmarkError
from benchmarks.process import Process
from sandbox.ports import LOOPBACK, choose_ports
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.flow import MONITOR

_READY_S_MAX = 900.0
_LOOK_S = 0.5


class Took(NamedTuple):
    """What the process has used since its start: time, CPU and memory."""

    seconds: float
    cpu_s: float
    resident_mb: float


class View:
    """A running view. Every answer is what is so now."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = Process(process.pid)
        self._started = process
        self._url = url

    async def until_ready(self) -> Took:
        """Returns when it has caught up, with what that took. Raises BenchmarkError."""

        async def ask() -> bool:
            return (await self.seen("/ready")).get("well") is True

        await self._until(ask)
        return Took(self.process.age_s(), self.process.cpu_s(), self.process.resident_mb())

    async def until_nothing_waits(self) -> None:
        """Returns when it has kept everything. Raises BenchmarkError."""

        async def ask() -> bool:
            return await self.waiting() == 0

        await self._until(ask)

    async def waiting(self) -> int:
        """How many records it has not kept yet, as it saw when it last looked."""
        return int((await self.seen("/ready"))["waiting"])

    async def seen(self, path: str) -> dict[str, Any]:
        """What the page at this path says; an empty dict while nobody answers."""
        with suppress(OSError):
            return await asyncio.to_thread(_read, self._url + path)
        return {}

    async def _until(self, ask: Callable[[], Awaitable[bool]]) -> None:
        async def ask_while_it_runs() -> bool:
            if self._started.poll() is not None:
                raise BenchmarkError("the live view has ended by itself")
            return await ask()

        try:
            await until(ask_while_it_runs, deadline_s=_READY_S_MAX, missing="the live view has not caught up")
        except TimeoutError as error:
            raise BenchmarkError(str(error)) from None


@contextmanager
def view(sandbox: RunningSandbox) -> Iterator[View]:
    """Started for the length of the block, then killed."""
    state = sandbox.state.path
    port = choose_ports([MONITOR.name], remembered_in=state / "view.json")[MONITOR.name]
    env = {
        **os.environ,
        "KOPPELING_KAFKA_BOOTSTRAP": sandbox.endpoints().kafka.bootstrap_servers,
        "KOPPELING_HEALTH_PORT": str(port),
        "KOPPELING_LOOK_S": str(_LOOK_S),
        "TMPDIR": str(state),
    }
    with sandbox.state.log("view").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "services.monitor"], env=env, stdout=log, stderr=log)
        try:
            yield View(process, f"http://{LOOPBACK}:{port}")
        finally:
            process.kill()
            process.wait()


def _read(url: str) -> dict[str, Any]:
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own process
            return dict(json.load(answer))
    except HTTPError as answer:
        return dict(json.load(answer))
