"""The kernel watches every connection of a worker, so that a dead one is found although nobody needs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from onboarding import Onboarding

from sandbox.waiting import until
from schemas.flow import SERVICE_NAMES

CONNECTIONS = Path("/proc/net/tcp")
ESTABLISHED = "01"
KEEPALIVE = "02"


def timers(pid: int) -> Iterator[str]:
    """Which timer runs for each connection of the process."""
    files = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    for line in CONNECTIONS.read_text("ascii").splitlines()[1:]:
        _, _, _, state, _, timer, _, _, _, inode, *_ = line.split()
        if state == ESTABLISHED and f"socket:[{inode}]" in files:
            yield timer.split(":")[0]


@pytest.mark.skipif(not CONNECTIONS.exists(), reason="Linux tells which timers run")
@pytest.mark.parametrize("service", SERVICE_NAMES)
async def test_every_connection_of_a_worker_is_probed_while_it_is_idle(onboarding: Onboarding, service: str) -> None:
    async def all_probed() -> bool:
        (pid,) = onboarding.sandbox.endpoints().services[service]
        found = list(timers(pid))
        return len(found) >= 3 and set(found) == {KEEPALIVE}

    await until(all_probed, deadline_s=60, missing=f"{service} has connections that nobody probes")
