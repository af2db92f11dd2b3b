"""How long a service takes from the start of its process to its first committed event."""

import signal

from benchmarks.positions import Positions
from benchmarks.process import Process
from benchmarks.rig import Rig
from schemas.flow import MONEY_PATH, Stage


async def start_up_s(rig: Rig, positions: Positions) -> dict[str, float]:
    """Seconds by service, one after the other."""
    return {stage.name: await _one(rig, positions, stage) for stage in MONEY_PATH}


async def _one(rig: Rig, positions: Positions, stage: Stage) -> float:
    """It is ended and kept down until a record waits for it."""
    # It leaves its group, so that nobody waits for the session of a dead member, and commits what it had published.
    with rig.sandbox.away(stage.name, signal.SIGTERM):
        before = await positions.committed(stage)
        await rig.publisher.all_at_once(rig.issue(1))
        await positions.until_waiting(stage)
    await positions.until_committed_past(stage, before)
    age_s = Process(rig.sandbox.endpoints().processes[stage.name]).age_s()
    await rig.until_done()
    return age_s
