"""How long a service takes from the start of its process to its first committed event."""

import signal

from benchmarks.positions import Positions
from benchmarks.process import Process
from benchmarks.rig import Rig
from schemas.flow import MONEY_PATH, Party


async def start_up_s(rig: Rig, positions: Positions) -> dict[str, float]:
    """Seconds by service, one after the other."""
    return {party.name: await _one(rig, positions, party) for party in MONEY_PATH}


async def _one(rig: Rig, positions: Positions, party: Party) -> float:
    """It is ended and kept down until a record waits for it."""
    # By SIGTERM it leaves its group, so that no dead member's session is waited for, and commits what it had published.
    with rig.sandbox.away(party.name, signal.SIGTERM):
        before = await positions.committed(party)
        await rig.publisher.all_at_once(rig.issue(1))
        await positions.until_waiting(party)
    await positions.until_committed_past(party, before)
    age_s = Process(rig.sandbox.endpoints().processes[party.name]).age_s()
    await rig.until_done()
    return age_s
