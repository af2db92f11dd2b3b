from collections.abc import Iterator

import pytest

from sandbox.state_directory import StateDirectory
from sandbox.throwaway import throwaway_state


@pytest.fixture
def state() -> Iterator[StateDirectory]:
    with throwaway_state() as state:
        yield state
