"""What is mistyped behind a program's name starts nothing: no service, and no migration."""

import subprocess
import sys

import pytest

STARTED = ["services.intake", "services.migrate"]


def typed(module: str, argument: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", module, argument], capture_output=True, text=True, check=False, env={})


@pytest.mark.parametrize("module", STARTED)
def test_an_argument_that_a_program_does_not_know_is_refused(module: str) -> None:
    ended = typed(module, "--chek-config")
    assert ended.returncode == 2
    assert ended.stderr.endswith(f"python -m {module}: error: unrecognized arguments: --chek-config\n")


@pytest.mark.parametrize("module", STARTED)
def test_a_program_that_is_asked_for_help_says_how_it_is_called_and_does_nothing_else(module: str) -> None:
    ended = typed(module, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"usage: python -m {module} [-h]")
