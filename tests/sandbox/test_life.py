import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from kafka_records import last_record, publish
from process_ends import ProcessEnds

from sandbox.endpoints import Endpoints, read_endpoints
from sandbox.errors import NotRunningError, SandboxError
from sandbox.ports import LOOPBACK
from sandbox.postgres_home import find_home
from sandbox.running import RunningSandbox, start
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory

ENDS_S_MAX = 20


def ends_of(endpoints: Endpoints) -> ProcessEnds:
    return ProcessEnds([*endpoints.processes.values(), endpoints.supervisor])


def pretend_postgres_lives(state: StateDirectory) -> None:
    data = find_home(state).data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n")


@contextmanager
def ports_taken(state: StateDirectory) -> Iterator[None]:
    with ExitStack() as taken:
        for port in json.loads(state.ports.read_text()).values():
            taken.enter_context(socket.create_server((LOOPBACK, port)))
        yield


async def test_a_killed_supervisor_leaves_nothing_but_its_data(state: StateDirectory, sandbox: RunningSandbox) -> None:
    beside = sandbox.endpoints()
    settings = SandboxSettings(state=state.path, services=False)
    first = start(settings)
    await publish(first.endpoints(), b"before the kill")
    ends = ends_of(first.endpoints())

    first.kill()

    assert ends.missing(deadline_s=ENDS_S_MAX) == set()
    with pytest.raises(NotRunningError):
        read_endpoints(state)

    left_by_who_was_killed = state.temporary / "some-abc"
    left_by_who_was_killed.mkdir()
    pretend_postgres_lives(state)
    with ports_taken(state):
        again = start(settings)
    assert await last_record(again.endpoints()) == b"before the kill"
    assert sandbox.endpoints() == beside
    assert not left_by_who_was_killed.exists()

    left_by_who_was_killed.mkdir()
    ends = ends_of(again.endpoints())
    again.stop()
    assert ends.missing(deadline_s=1) == set()
    assert not state.endpoints.exists()
    assert not left_by_who_was_killed.exists()


@contextmanager
def up_in_terminal(state: StateDirectory) -> Iterator[subprocess.Popen[bytes]]:
    """A sandbox in the foreground of a terminal of its own, whose keyboard is stdin of what is yielded."""
    settings = SandboxSettings(state=state.path, services=False, owned=True)
    up = [sys.executable, "-m", "sandbox"]
    terminal = [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])", *up]
    with subprocess.Popen(terminal, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as window:
        assert window.stdin is not None
        assert window.stdout is not None
        window.stdin.write(settings.model_dump_json().encode() + b"\n")
        window.stdin.flush()
        for line in window.stdout:
            if b"everything is ready" in line:
                break
        yield window


def press_ctrl_c(window: subprocess.Popen[bytes]) -> None:
    assert window.stdin is not None
    window.stdin.write(b"\x03")
    window.stdin.flush()


@pytest.mark.parametrize("leave", [press_ctrl_c, subprocess.Popen.kill], ids=["ctrl-c", "closed terminal"])
def test_what_runs_in_a_terminal_ends_with_it(
    state: StateDirectory, leave: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    with up_in_terminal(state) as window:
        ends = ends_of(read_endpoints(state))
        leave(window)
        missing = ends.missing(deadline_s=ENDS_S_MAX)

    assert missing == set()
    assert not state.endpoints.exists()
    assert "everything has ended" in state.supervisor_log.read_text("utf-8")


def test_an_owned_sandbox_ends_when_its_owner_is_killed(state: StateDirectory) -> None:
    script = (
        "import sys; from sandbox.running import sandbox_running; from sandbox.settings import SandboxSettings\n"
        "with sandbox_running(SandboxSettings(state=sys.argv[1], services=False)):\n"
        "    print('up', flush=True); sys.stdin.read()"
    )
    owner = [sys.executable, "-c", script, str(state.path)]
    with subprocess.Popen(owner, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        ends = ends_of(read_endpoints(state))
        process.kill()

    assert ends.missing(deadline_s=ENDS_S_MAX) == set()


def test_a_start_that_fails_says_why_and_leaves_nothing(state: StateDirectory) -> None:
    state.prepare()
    find_home(state).data.mkdir()

    with pytest.raises(SandboxError, match="postgres ended 3 times before it was ready") as failure:
        start(SandboxSettings(state=state.path, services=False))

    assert "postgresql.conf" in str(failure.value)

    assert state.holder() is None


def test_a_folder_that_holds_something_else_is_left_alone(state: StateDirectory) -> None:
    (state.path / "precious").touch()
    mode = state.path.stat().st_mode

    with pytest.raises(SandboxError, match="holds something else"):
        start(SandboxSettings(state=state.path))

    assert [path.name for path in state.path.iterdir()] == ["precious"]
    assert state.path.stat().st_mode == mode
