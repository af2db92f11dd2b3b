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


@pytest.fixture(scope="module")
def alone() -> Iterator[Onboarding]:
    """A sandbox of one file's own: it holds what the tests there put into it, and all of it is judged."""
    with throwaway_sandbox(SandboxSettings()) as running, running.away("monitor"):
        yield Onboarding(running)
