"""Ends a sandbox and removes all it kept: `python -m sandbox.remove [DIR]`."""

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from sandbox.errors import NotRunningError
from sandbox.postgres_home import remove_home
from sandbox.running import RunningSandbox
from sandbox.settings import DEFAULT_STATE
from sandbox.state_directory import StateDirectory


def remove(state: StateDirectory) -> None:
    """Nothing of the sandbox is left, its data included."""
    with suppress(NotRunningError):
        RunningSandbox(state).stop()
    remove_home(state)
    shutil.rmtree(state.path, ignore_errors=True)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if sys.argv[1:] else DEFAULT_STATE
    remove(StateDirectory(chosen.resolve()))
