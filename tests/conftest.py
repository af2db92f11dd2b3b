import gc
import os
import signal
from collections.abc import Generator, Iterator

import pytest
from dealing import REAL, scope_of
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from stream.collector import tame_collector

# How long an example takes depends on how busy the machine is, so it is no failure.
settings.register_profile("whole", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make unit` is run at every turn; `make test` tries Hypothesis' own hundred. What a test asks for itself stands.
settings.register_profile("quick", parent=settings.get_profile("whole"), max_examples=10)
settings.load_profile("whole")


def pytest_configure() -> None:
    # A shell has a run in the background ignore this, and every command that a test starts would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as `nohup` has it
        signal.signal(signal.SIGHUP, lambda *_: None)
    # What commands print is compared line by line, whatever the terminal is that the tests run in.
    os.environ["COLUMNS"] = "80"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A test that asks for the fixture needs a sandbox, and so does every test in these folders.
    for item in items:
        if item.nodeid.startswith(REAL) or "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.sandbox)


class BySandbox(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Deals the tests out to several processes."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    return BySandbox(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays, so no garbage is looked for meanwhile: that takes a twelfth of the time."""
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
