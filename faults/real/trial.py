"""One fault, made again and again under load, and how long it took to go on by itself."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from aiokafka.errors import KafkaError

from benchmarks.registration import Registration
from faults.real.errors import FaultError
from faults.real.fault import Fault
from faults.real.scene import Scene
from sandbox.errors import SandboxError

RATE_PER_S = 4.0
PROBES = 12
"""Submitted after each injection: so many that every worker has some of them on its lanes."""
INJECT_S_MAX = 240.0
RECOVERY_S_MAX = 180.0
"""When to stop waiting; how long it may take is judged afterwards."""
_APART_S = (0.1, 0.8)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was done from `begun_at` on, before anybody judged it.

    A recovery that did not come in time is infinitely long. `not_made` has the reason for each injection that could
    not be made.
    """

    fault: Fault
    begun_at: datetime
    registrations: tuple[Registration, ...]
    recovery_s: tuple[float, ...]
    not_made: tuple[str, ...]


async def trial(scene: Scene, fault: Fault, times: int) -> Trial:
    """Make the fault so often, each time until all that was submitted after it is mailed, or it takes too long."""
    begun_at = datetime.now(UTC)
    first = len(scene.load.issued)
    recovery_s = []
    not_made = []
    async with scene.load.flowing(RATE_PER_S, scene.chance):
        for _ in range(times):
            await asyncio.sleep(scene.chance.uniform(*_APART_S))
            try:
                recovery_s.append(await _once(scene, fault))
            except (FaultError, SandboxError, TimeoutError, OSError, KafkaError, asyncpg.PostgresError) as error:
                not_made.append(f"{fault.name}: not made ({type(error).__name__}: {error})")
    await scene.load.published()
    return Trial(fault, begun_at, tuple(scene.load.issued[first:]), tuple(recovery_s), tuple(not_made))


async def _once(scene: Scene, fault: Fault) -> float:
    try:
        async with asyncio.timeout(INJECT_S_MAX):
            await fault.inject(scene)
        injected_s = time.monotonic()
        probes = [scene.load.issue() for _ in range(PROBES)]
        scene.load.hand_over(probes)
        return await scene.load.mailed_s(probes, until_s=injected_s + RECOVERY_S_MAX) - injected_s
    finally:
        await scene.cleared()
