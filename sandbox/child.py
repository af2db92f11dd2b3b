"""One process under supervision: started, attended, started again, ended."""

import asyncio
import logging
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.process_spec import OneShot, ProcessSpec

BACKOFF_S_MIN = 0.2
BACKOFF_S_MAX = 5.0
STEADY_AFTER_S = 10.0
HELD_POLL_S = 0.1
READY_POLL_S = 0.05
DEATHS_BEFORE_READY_MAX = 3
TAIL_LINES = 15

LEASH = Path(__file__).with_name("leash.py")
log = logging.getLogger("sandbox")


class Child:
    """Keeps the process of one spec running until `stop`, and calls `changed` whenever its pid has changed.

    While the file `held` exists, a process that ended is not started again.
    """

    def __init__(self, spec: ProcessSpec, *, held: Path, changed: Callable[[], None]) -> None:
        self.spec = spec
        self.pid: int | None = None
        self._held = held
        self._changed = changed
        self._ending = asyncio.Event()
        self._deaths = 0
        self._backoff_s = BACKOFF_S_MIN
        self._kept_running = asyncio.create_task(self._keep_running())

    async def until_ready(self) -> None:
        """Returns when the process is ready; raises SandboxError when it will not be."""
        try:
            async with asyncio.timeout(self.spec.ready_s_max):
                while self.pid is None or not await self.spec.ready():
                    self._fail_if_hopeless()
                    await asyncio.sleep(READY_POLL_S)
        except TimeoutError:
            raise self._not_ready(f"was not ready within {self.spec.ready_s_max:g} s") from None

    async def stop(self) -> None:
        """Ends the process for good: its stop signal, a deadline, then SIGKILL."""
        self._ending.set()
        await self._kept_running

    async def _keep_running(self) -> None:
        while not self._ending.is_set():
            started_at = time.monotonic()
            process = await spawn(self.spec)
            self._tell(process.pid)
            await self._attend(process)
            self._tell(None)
            if self._ending.is_set():
                return
            await self._back_off(process, lived_s=time.monotonic() - started_at)

    async def _attend(self, process: Process) -> None:
        if await self._exited_before_ending(process):
            self._deaths += 1
        else:
            await end(process, self.spec)
            log.info("%s ended", self.spec.name)

    async def _exited_before_ending(self, process: Process) -> bool:
        waits = {asyncio.create_task(process.wait()), asyncio.create_task(self._ending.wait())}
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
        return process.returncode is not None

    async def _back_off(self, process: Process, *, lived_s: float) -> None:
        if lived_s >= STEADY_AFTER_S:
            self._backoff_s = BACKOFF_S_MIN
        how = describe_exit(process.returncode)
        log.warning("%s %s; started again in %g s", self.spec.name, how, self._backoff_s)
        await self._pause(self._backoff_s)
        self._backoff_s = min(self._backoff_s * 2, BACKOFF_S_MAX)
        while self._held.exists() and not self._ending.is_set():
            await self._pause(HELD_POLL_S)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    def _tell(self, pid: int | None) -> None:
        self.pid = pid
        self._changed()

    def _fail_if_hopeless(self) -> None:
        if self._deaths >= DEATHS_BEFORE_READY_MAX:
            raise self._not_ready(f"ended {self._deaths} times before it was ready")

    def _not_ready(self, what: str) -> SandboxError:
        return SandboxError(f"{self.spec.name} {what}\n{log_tail(self.spec.log)}")


async def spawn(spec: ProcessSpec | OneShot) -> Process:
    """Starts the command in a session of its own, on a leash, its output appended to its log.

    Only from the main thread: the leash is tied to the thread that spawns.
    """
    death_signal = spec.death_signal if isinstance(spec, ProcessSpec) else signal.SIGKILL
    spec.log.touch(mode=0o600)
    with spec.log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *on_leash(spec.argv, death_signal, spec.user),
            stdin=DEVNULL, stdout=output, stderr=STDOUT,
            env={**os.environ, **spec.env}, start_new_session=True,
        )  # fmt: skip


def on_leash(argv: Iterable[str], death_signal: signal.Signals, user: str | None = None) -> tuple[str, ...]:
    """The command line that runs `argv` as this user (None: ours), for as long as the thread that starts it lives."""
    told = (str(os.getpid()), str(int(death_signal)), user or "-")
    return (sys.executable, "-I", "-S", str(LEASH), *told, *argv)


async def end(process: Process, spec: ProcessSpec) -> None:
    """Asks, waits for `stop_s_max`, then kills the whole process group."""
    with suppress(ProcessLookupError):
        process.send_signal(spec.stop_signal)
        # One that was stopped takes its signal only when it goes on.
        process.send_signal(signal.SIGCONT)
    try:
        await asyncio.wait_for(process.wait(), spec.stop_s_max)
    except TimeoutError:
        log.warning("%s did not end within %g s: killed", spec.name, spec.stop_s_max)
        await kill_group(process)


async def kill_group(process: Process) -> None:
    """Kills the process, and what it started in its group, unless it has ended already."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def run_once(step: OneShot) -> None:
    """Runs the step to its end; raises SandboxError unless it ends with 0 within its deadline."""
    process = await spawn(step)
    try:
        code = await asyncio.wait_for(process.wait(), step.deadline_s)
    except TimeoutError:
        raise SandboxError(f"{step.name} took over {step.deadline_s:g} s\n{log_tail(step.log)}") from None
    finally:
        await kill_group(process)
    if code != 0:
        raise SandboxError(f"{step.name} {describe_exit(code)}\n{log_tail(step.log)}")


def describe_exit(code: int | None) -> str:
    """An exit code as subprocess tells it (negative: a signal), in words."""
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def log_tail(path: Path) -> str:
    """The last lines of a log, each indented, under its path."""
    lines = path.read_text("utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"  {path}:", *(f"    {line}" for line in lines)])
