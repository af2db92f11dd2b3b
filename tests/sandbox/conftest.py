from collections.abc import Iterator

import pytest

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory
from sandbox.throwaway import throwaway_sandbox, throwaway_state


@pytest.fixture
def state() -> Iterator[StateDirectory]:
    with throwaway_state() as state:
        yield state


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox of this folder's own: its processes are killed here."""
    with throwaway_sandbox(SandboxSettings(services=False)) as running:
        yield running
