from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from sandbox.remove import remove
from sandbox.running import RunningSandbox, sandbox_running
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """Kafka, Postgres and mailbox, started at their first use and shared by all tests that leave them running."""
    path = Path(mkdtemp(prefix="koppeling-test-"))
    with sandbox_running(SandboxSettings(state=path, services=False)) as running:
        yield running
    remove(StateDirectory(path))
