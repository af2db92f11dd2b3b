import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from process_ends import ProcessEnds

from sandbox.errors import SandboxError
from sandbox.process_spec import OneShot, ProcessSpec
from sandbox.readiness import file_exists
from sandbox.supervisor import Supervisor

STAND_IN = Path(__file__).with_name("stand_in.py")


class Changes:
    """Wakes who waits for a change among the supervised processes."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def __call__(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], bool], *, deadline_s: float = 10) -> None:
        async with asyncio.timeout(deadline_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
async def supervisor(tmp_path: Path, changes: Changes) -> AsyncIterator[Supervisor]:
    (tmp_path / "held").mkdir()
    supervisor = Supervisor(held=tmp_path / "held", changed=changes)
    supervisor.new_rank()
    yield supervisor
    await supervisor.stop()


def stand_in(folder: Path, name: str, manner: str = "polite") -> ProcessSpec:
    return ProcessSpec(
        name=name,
        argv=(sys.executable, "-S", str(STAND_IN), str(folder), name, manner),
        ready=file_exists(folder / f"{name}.there"),
        log=folder / f"{name}.log",
    )


def step(folder: Path, program: str, *, deadline_s: float = 10) -> OneShot:
    return OneShot("step", (sys.executable, "-S", "-c", program), log=folder / "step.log", deadline_s=deadline_s)


async def test_what_dies_is_started_again_later_each_time(
    tmp_path: Path, supervisor: Supervisor, changes: Changes
) -> None:
    await supervisor.start(stand_in(tmp_path, "worker"))
    (worker,) = supervisor.children
    away_s = []
    for _ in range(3):
        old_pid, killed_at = worker.pid or 0, asyncio.get_running_loop().time()
        os.kill(old_pid, signal.SIGKILL)
        await changes.until(lambda: worker.pid is None)
        await changes.until(lambda: worker.pid is not None)
        away_s.append(asyncio.get_running_loop().time() - killed_at)

    assert [away >= backoff for away, backoff in zip(away_s, (0.2, 0.4, 0.8), strict=True)] == [True] * 3


async def test_a_held_process_stays_down_until_it_is_released(
    tmp_path: Path, supervisor: Supervisor, changes: Changes
) -> None:
    await supervisor.start_all([stand_in(tmp_path, "held"), stand_in(tmp_path, "other")])
    held, other = supervisor.children
    hold = tmp_path / "held" / "held"
    hold.touch()
    for child in (held, other):
        os.kill(child.pid or 0, signal.SIGKILL)
    await changes.until(lambda: held.pid is None and other.pid is None)
    await changes.until(lambda: other.pid is not None)

    assert held.pid is None

    hold.unlink()
    await changes.until(lambda: held.pid is not None)


async def test_the_last_rank_ends_first(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.start(stand_in(tmp_path, "database"))
    supervisor.new_rank()
    await supervisor.start_all([stand_in(tmp_path, "one"), stand_in(tmp_path, "two")])

    await supervisor.stop()

    *first, last = (tmp_path / "ends").read_text().split()
    assert (sorted(first), last) == (["one", "two"], "database")


async def test_what_does_not_end_when_asked_is_killed_at_its_deadline(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.start(replace(stand_in(tmp_path, "deaf", "stubborn"), stop_s_max=0.2))
    ends = ProcessEnds([child.pid or 0 for child in supervisor.children])

    await supervisor.stop()

    assert ends.missing(deadline_s=0) == set()
    assert not (tmp_path / "ends").exists()


async def test_a_process_that_was_stopped_still_ends_politely(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.start(stand_in(tmp_path, "paused"))
    os.kill(supervisor.children[0].pid or 0, signal.SIGSTOP)

    await supervisor.stop()

    assert (tmp_path / "ends").read_text() == "paused\n"


async def test_nobody_is_asked_whose_data_are_thrown_away(tmp_path: Path) -> None:
    hasty = Supervisor(held=tmp_path / "held", changed=lambda: None, asking=False)
    hasty.new_rank()
    await hasty.start_all([stand_in(tmp_path, "one"), replace(stand_in(tmp_path, "two"), death_signal=signal.SIGTERM)])
    ends = ProcessEnds([child.pid or 0 for child in hasty.children])

    await hasty.stop()

    assert ends.missing(deadline_s=0) == set()
    assert (tmp_path / "ends").read_text() == "two\n", "by the signal that it gets when its supervisor dies"


async def test_a_process_that_keeps_dying_fails_the_start_with_the_end_of_its_log(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    spec = replace(stand_in(tmp_path, "broken"), argv=(sys.executable, "-S", "-c", "raise SystemExit('no disk')"))

    with pytest.raises(SandboxError, match=r"(?s)broken ended 3 times before it was ready.*no disk"):
        await supervisor.start(spec)


async def test_a_process_that_is_never_ready_fails_the_start(tmp_path: Path, supervisor: Supervisor) -> None:
    spec = replace(stand_in(tmp_path, "slow"), ready=file_exists(tmp_path / "never"), ready_s_max=0.2)

    with pytest.raises(SandboxError, match=r"slow was not ready within 0\.2 s"):
        await supervisor.start(spec)


async def test_a_step_that_fails_says_why(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.run(step(tmp_path, "print('done')"))

    with pytest.raises(SandboxError, match=r"(?s)step ended with exit code 1.*no table"):
        await supervisor.run(step(tmp_path, "raise SystemExit('no table')"))
    with pytest.raises(SandboxError, match=r"step took over 0\.2 s"):
        await supervisor.run(step(tmp_path, "import signal; signal.pause()", deadline_s=0.2))


def test_children_of_a_killed_supervisor_die_with_it(tmp_path: Path) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from sandbox.supervisor import Supervisor
from test_supervisor import stand_in

async def main():
    supervisor = Supervisor(held=Path("held"), changed=lambda: None)
    supervisor.new_rank()
    await supervisor.start(stand_in(Path(sys.argv[1]), "deaf", "stubborn"))
    print(supervisor.children[0].pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        ends = ProcessEnds([int(process.stdout.readline())])
        process.kill()

    assert ends.missing(deadline_s=5) == set()
