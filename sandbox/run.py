"""The life of the supervising process: lock, start, wait until told, end."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from sandbox.errors import SandboxError
from sandbox.sandbox import Sandbox
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory, writing

END_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
OWNER_POLL_S = 0.5
log = logging.getLogger("sandbox")


def run(settings: SandboxSettings) -> int:
    """Runs a sandbox until it is told to end, and returns 0; 1, with the reason on stderr, for a SandboxError.

    Ends, with everything it started, at SIGTERM, SIGINT (Ctrl-C) and SIGHUP (a closed terminal),
    and when it is owned and its owner is gone.
    """
    state = StateDirectory(settings.state.resolve())
    try:
        with writing(state.path):
            state.prepare()
            state.lock()
            log_to(state)
        state.endpoints.unlink(missing_ok=True)
        state.clear_temporary()
        asyncio.run(_until_told(settings))
        state.clear_temporary()
    except* SandboxError as failures:
        for failure in _leaves(failures):
            sys.stderr.write(f"{failure}\n")
        return_code = 1
    else:
        return_code = 0
    return return_code


def log_to(state: StateDirectory) -> None:
    """The supervising process tells of itself on the terminal, and in the state directory's log."""
    formatter = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S%z")
    for handler in (_Story(state.supervisor_log, encoding="utf-8"), logging.StreamHandler(sys.stdout)):
        handler.setFormatter(formatter)
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


class _Story(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging calls it so
        """Say nothing: a full disk takes the line later, or never, and a traceback on the terminal helps nobody."""


async def _until_told(settings: SandboxSettings) -> None:
    told = _end_signals()
    life = asyncio.create_task(_live(Sandbox(settings)))
    ends = {life, asyncio.create_task(told.wait())}
    if settings.owned:
        ends.add(asyncio.create_task(_owner_gone()))
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    life.cancel()
    with suppress(asyncio.CancelledError):
        await life


async def _live(sandbox: Sandbox) -> None:
    try:
        await sandbox.start()
        log.info("everything is ready")
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()
        log.info("everything has ended")


def _end_signals() -> asyncio.Event:
    told = asyncio.Event()
    for number in END_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def _owner_gone() -> None:
    owner = os.getppid()
    while os.getppid() == owner:  # noqa: ASYNC110  nothing tells of a parent's death
        await asyncio.sleep(OWNER_POLL_S)


def _leaves(failures: BaseExceptionGroup[SandboxError]) -> list[SandboxError]:
    return [
        leaf
        for failure in failures.exceptions
        for leaf in (_leaves(failure) if isinstance(failure, BaseExceptionGroup) else [failure])
    ]
