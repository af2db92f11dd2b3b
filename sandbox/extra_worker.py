"""A worker beside the sandbox's own or in its place, for whoever wants to see it die, sleep or leave."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.child import on_leash
from sandbox.running import RunningSandbox
from sandbox.services import own_settings

SESSION_TIMEOUT_MS = 1000
END_S_MAX = 12

Process = subprocess.Popen[bytes]


@contextmanager
def worker(
    sandbox: RunningSandbox, service: str, module: str = "services.{service}", /, **settings: object
) -> Iterator[Process]:
    """One more worker of a service, ended with the block.

    `module` is its composition root: the service's own, or another one. `settings` become its environment variables:
    `postgres_url` is KOPPELING_POSTGRES_URL.
    """
    with sandbox.state.log(f"{service}-extra").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  our own module
            on_leash((sys.executable, "-m", module.format(service=service)), signal.SIGKILL),
            env=os.environ | _environment(sandbox, service, settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        _end(process)


@contextmanager
def sent_away(sandbox: RunningSandbox, service: str) -> Iterator[None]:
    """The sandbox's own worker leaves its group and is down for the block; afterwards its process is started again."""
    with sandbox.away(service, signal.SIGTERM):
        yield
    sandbox.wait_restarted(service, 0, deadline_s=30)


async def exit_code(process: Process, *, deadline_s: float = 30) -> int:
    """How the process ended by itself; raises TimeoutExpired when it did not."""
    return await asyncio.to_thread(process.wait, deadline_s)


def _environment(sandbox: RunningSandbox, service: str, settings: dict[str, object]) -> dict[str, str]:
    endpoints = sandbox.endpoints()
    usual = {
        "kafka_bootstrap": endpoints.kafka.bootstrap_servers,
        "postgres_url": sandbox.service_url(service),
        "smtp_host": endpoints.smtp.host,
        "smtp_port": endpoints.smtp.port,
        "session_timeout_ms": SESSION_TIMEOUT_MS,
    }
    told = {f"KOPPELING_{name.upper()}": str(value) for name, value in (usual | settings).items()}
    return own_settings(sandbox.state, service) | told | {"TMPDIR": str(sandbox.state.temporary)}


def _end(process: Process) -> None:
    process.terminate()
    # One that was stopped takes its signal only when it goes on.
    process.send_signal(signal.SIGCONT)
    try:
        process.wait(END_S_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
