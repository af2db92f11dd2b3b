from collections.abc import Iterator

import pytest
from onboarding import Onboarding

from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox


@pytest.fixture(scope="session")
def onboarding() -> Iterator[Onboarding]:
    """Everything, services and simulator of Keylane included, shared by the tests of this folder."""
    with throwaway_sandbox(SandboxSettings()) as running:
        yield Onboarding(running)


@pytest.fixture(scope="session")
def alone() -> Iterator[Onboarding]:
    """A sandbox for those who have all of it judged: each of its tests leaves nothing in it that the judge finds."""
    with throwaway_sandbox(SandboxSettings()) as running, running.away("monitor"):
        yield Onboarding(running)
