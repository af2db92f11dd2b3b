"""Workers that differ from the sandbox's own: another release, another idea of the time."""

import asyncio
import signal

from faults.real.errors import FaultError
from faults.real.fault import Inject
from faults.real.processes import names
from faults.real.scene import Scene

_SPELL_S = 8.0


async def old_intake(scene: Scene) -> None:
    """One intake of the release before works beside a new one: both versions of RegistrationSubmitted are written."""
    with scene.sandbox.away(names("intake")[-1], signal.SIGTERM):
        await _spell(scene, "intake", odd="old")


def jumping_clock(service: str) -> Inject:
    """One worker's wall clock jumps an hour, ahead and back, every second."""

    async def inject(scene: Scene) -> None:
        with scene.sandbox.away(names(service)[-1], signal.SIGTERM):
            await _spell(scene, service, odd="jumping", odd_service=service)

    return inject


async def _spell(scene: Scene, service: str, **settings: object) -> None:
    odd = scene.joined(service, "faults.real.odd_worker", **settings)
    await asyncio.sleep(_SPELL_S)
    if odd.poll() is not None:
        raise FaultError(f"the odd worker ended with {odd.returncode}")
    odd.terminate()
    await asyncio.to_thread(odd.wait)
