from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from onboarding import Onboarding

from sandbox.remove import remove
from sandbox.running import sandbox_running
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory


@pytest.fixture(scope="session")
def onboarding() -> Iterator[Onboarding]:
    """Everything, services and simulator of Keylane included, shared by the tests of this folder."""
    path = Path(mkdtemp(prefix="koppeling-flow-"))
    with sandbox_running(SandboxSettings(state=path)) as running:
        yield Onboarding(running)
    remove(StateDirectory(path))
