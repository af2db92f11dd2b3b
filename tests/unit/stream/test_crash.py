"""Where a fault test kills a worker, and that nobody else is killed there."""

import subprocess
import sys

import pytest

from stream.crash import VARIABLE
from stream.step import Step

THREE_ROUNDS = """
from stream.crash import point
from stream.step import Step
for step in [*Step] * 3:
    point(step)
    print(step)
"""


def passed(environment: dict[str, str]) -> tuple[int, list[str]]:
    command = [sys.executable, "-c", THREE_ROUNDS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.split()


def test_crash_points_are_off_unless_the_environment_names_one() -> None:
    assert passed({}) == (0, [str(step) for step in Step] * 3)


@pytest.mark.parametrize(("named", "before"), [("decode", 1), ("receive:2", 8), ("commit:3", 23)])
def test_the_process_dies_at_the_point_that_is_named(named: str, before: int) -> None:
    code, steps = passed({VARIABLE: named, "PYTHONUNBUFFERED": "1"})
    assert code == -9
    assert len(steps) == before
