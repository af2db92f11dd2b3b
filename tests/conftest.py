from collections.abc import Iterator

import pytest
from hypothesis import settings

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox

# `make unit` is run at every turn; `make test` tries Hypothesis' own hundred. What a test asks for itself stands.
settings.register_profile("quick", max_examples=25)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """Kafka, Postgres and mailbox, started at their first use and shared by all tests that leave them running."""
    with throwaway_sandbox(SandboxSettings(services=False)) as running:
        yield running
