from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from sandbox.remove import remove
from sandbox.state_directory import StateDirectory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.sandbox)


@pytest.fixture
def state() -> Iterator[StateDirectory]:
    directory = StateDirectory(Path(mkdtemp(prefix="koppeling-test-")))
    yield directory
    remove(directory)
