import gc
import os
import signal
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from stream.collector import tame_collector

# How long an example takes says how busy the machine is, not what is wrong with us.
settings.register_profile("whole", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make unit` is run at every turn; `make test` tries Hypothesis' own hundred. What a test asks for itself stands.
settings.register_profile("quick", parent=settings.get_profile("whole"), max_examples=10)
settings.load_profile("whole")


def pytest_configure() -> None:
    # A run in the background is told to ignore this, and would hand that down to every command that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as `nohup` has it
        signal.signal(signal.SIGHUP, lambda *_: None)
    # What commands print is compared line by line, whatever the terminal is that the tests run in.
    os.environ["COLUMNS"] = "80"


UNIT = "tests/unit/"
BESIDE = ("tests/contract/", "tests/sandbox/", "tests/flow/test_live_view.py")
REAL = ("tests/flow/", "tests/sandbox/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Whoever asks for a sandbox needs one, and everybody in these folders does.
    for item in items:
        if item.nodeid.startswith(REAL) or "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.sandbox)


class TwoProcesses(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """One has the flow through one sandbox, the other what else is real; who is done takes files of unit tests."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(UNIT):
            return nodeid.partition("::")[0]
        return "beside" if nodeid.startswith(BESIDE) else "flow"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    return TwoProcesses(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: to look for what does not meanwhile is a twelfth of the time it takes."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        tame_collector()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """Kafka, Postgres and mailbox: started at first use, shared by all tests that leave them running."""
    with throwaway_sandbox(SandboxSettings(services=False)) as running:
        yield running
