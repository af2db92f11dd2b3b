from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory
from sandbox.throwaway import throwaway_sandbox, throwaway_state


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.sandbox)


@pytest.fixture
def state() -> Iterator[StateDirectory]:
    with throwaway_state() as state:
        yield state


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox of this folder's own: its processes are killed here."""
    with throwaway_sandbox(SandboxSettings(services=False)) as running:
        yield running
