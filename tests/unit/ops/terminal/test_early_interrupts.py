"""Ctrl-C right after a command was typed, and later."""

import os
import signal
import subprocess
import sys
from pathlib import Path

START = "from ops.start import main; main()"
INTERRUPTED = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
IN_A_COMMAND = f"import click\nclick.Group.invoke = lambda *_: exec({INTERRUPTED!r})\n{START}"


def ended(code: str, modules: Path) -> tuple[int, str]:
    environment = os.environ | {"PYTHONPATH": str(modules)}
    words = [sys.executable, "-c", code, "brake", "list"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stderr


def test_while_the_command_line_is_imported_it_ends_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(INTERRUPTED)
    assert ended(START, tmp_path) == (-signal.SIGINT, "")


def test_in_a_command_it_is_answered_by_that(tmp_path: Path) -> None:
    assert ended(IN_A_COMMAND, tmp_path) == (1, "\nAborted!\n")


def test_one_that_a_shell_runs_in_the_background_ignores_it_from_the_start(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(f"{INTERRUPTED}; os._exit(3)")
    in_the_background = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    assert ended(f"{in_the_background}; {START}", tmp_path) == (3, "")
