import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner
from process_ends import ProcessEnds

from ops.cli import main
from sandbox.endpoints import read_endpoints
from sandbox.running import RunningSandbox
from sandbox.services import ROLES
from sandbox.state_directory import StateDirectory


def koppeling(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ops.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


LEFT_OUT = ("notifier", "timeline")


def test_up_starts_everything_but_what_is_left_out_and_down_leaves_nothing(state: StateDirectory) -> None:
    typed = [word for name in LEFT_OUT for word in ("--without", name)]
    up = koppeling("up", "--state", str(state.path), "--scale", "intake=2", *typed)
    assert up.returncode == 0, up.stderr

    endpoints = read_endpoints(state)
    wanted = {name: 1 for name in ROLES if name not in LEFT_OUT} | {"intake": 2}
    assert {name: len(pids) for name, pids in endpoints.services.items()} == wanted
    assert {name: len(urls) for name, urls in endpoints.health.items()} == {
        name: len(pids) for name, pids in endpoints.services.items()
    }
    assert endpoints.kafka.bootstrap_servers in up.stdout
    assert endpoints.postgres.url not in up.stdout

    sandbox = RunningSandbox(state)
    old_pid = sandbox.send("intake-2", signal.SIGKILL)
    new_pid = sandbox.wait_restarted("intake-2", old_pid, deadline_s=10)
    assert new_pid in sandbox.endpoints().services["intake"]

    again = koppeling("up", "--state", str(state.path))
    assert (again.returncode, "already runs" in again.stderr) == (1, True)

    ends = ProcessEnds([*sandbox.endpoints().processes.values(), endpoints.supervisor])
    down = koppeling("down", "--state", str(state.path))
    assert (down.returncode, ends.missing(deadline_s=1)) == (0, set())


def test_up_that_is_told_to_end_while_it_starts_leaves_nothing(state: StateDirectory) -> None:
    command = [sys.executable, "-m", "ops.cli", "up", "--state", str(state.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        next(line for line in up.stdout if "is ready after" in line)
        ends = ProcessEnds([int(str(state.holder()))])
        up.send_signal(signal.SIGTERM)
        assert up.wait(60) == 128 + signal.SIGTERM
    assert (ends.missing(deadline_s=1), state.holder()) == (set(), None)


@pytest.mark.parametrize(
    "wrong",
    [["--scale", "intake=0"], ["--scale", "nobody=2"], ["--scale", "intake"], ["--env", "intake"]],
    ids=" ".join,
)
def test_a_wrong_option_is_wrong_usage_and_starts_nothing(state: StateDirectory, wrong: list[str]) -> None:
    result = CliRunner().invoke(main, ["up", "--state", str(state.path), *wrong])

    assert (result.exit_code, list(state.path.iterdir())) == (2, [])
    assert wrong[1] in result.output


def test_down_where_nothing_runs_says_so(state: StateDirectory) -> None:
    result = CliRunner().invoke(main, ["down", "--state", str(state.path)])

    assert (result.exit_code, result.output) == (0, f"no sandbox runs in {state.path}\n")
