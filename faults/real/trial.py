"""One fault, made again and again under load, and how long it took to go on by itself."""

import asyncio
import time
from dataclasses import dataclass

from benchmarks.registration import Registration
from faults.real.fault import Fault
from faults.real.scene import Scene

RATE_PER_S = 4.0
PROBES = 12
"""Submitted after each injection: so many that every worker has some of them on its lanes."""
INJECT_S_MAX = 90.0
RECOVERY_S_MAX = 60.0
"""When to stop waiting; how long it may take is judged afterwards."""
_APART_S = (0.1, 0.8)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was done, before anybody judged it. A recovery that did not come in time is infinitely long."""

    fault: Fault
    injections: int
    registrations: tuple[Registration, ...]
    recovery_s: tuple[float, ...]


async def trial(scene: Scene, fault: Fault, times: int) -> Trial:
    """Make the fault so often; returns when each time what was submitted after it was mailed."""
    first = len(scene.load.issued)
    recovery_s = []
    async with scene.load.flowing(RATE_PER_S, scene.chance):
        for _ in range(times):
            await asyncio.sleep(scene.chance.uniform(*_APART_S))
            recovery_s.append(await _once(scene, fault))
    await scene.load.published()
    return Trial(fault, times, tuple(scene.load.issued[first:]), tuple(recovery_s))


async def _once(scene: Scene, fault: Fault) -> float:
    async with asyncio.timeout(INJECT_S_MAX):
        await fault.inject(scene)
    injected_s = time.monotonic()
    probes = [scene.load.issue() for _ in range(PROBES)]
    scene.load.hand_over(probes)
    mailed_s = await scene.load.mailed_s(probes, until_s=injected_s + RECOVERY_S_MAX)
    await scene.cleared()
    return mailed_s - injected_s
