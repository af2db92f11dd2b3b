"""A sandbox of which nothing is left behind: for tests, measurements and faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sandbox.remove import remove
from sandbox.running import RunningSandbox, sandbox_running
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory


@contextmanager
def throwaway_state() -> Iterator[StateDirectory]:
    """An empty state directory that Postgres's own user can walk through, removed after the block."""
    path = Path(mkdtemp(prefix="koppeling-"))
    path.chmod(0o711)
    state = StateDirectory(path)
    try:
        yield state
    finally:
        remove(state)


@contextmanager
def throwaway_sandbox(settings: SandboxSettings) -> Iterator[RunningSandbox]:
    """A running sandbox in a state directory of its own, which replaces the one in the settings."""
    with throwaway_state() as state:
        thrown_away = settings.model_copy(update={"state": state.path, "thrown_away": True})
        with sandbox_running(thrown_away) as running:
            yield running
