from collections.abc import Iterator

import pytest

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """Kafka, Postgres and mailbox, started at their first use and shared by all tests that leave them running."""
    with throwaway_sandbox(SandboxSettings(services=False)) as running:
        yield running
