"""Keylane reports early, late, twice, against itself, or never."""

from dataclasses import replace

from faults.real.fault import Inject
from faults.real.scene import Scene
from sandbox.keylane.instruction import tell_keylane
from sandbox.keylane.script import Step

_REGISTRATIONS = 4
_LATE_S = 6.0


def _says(*steps: Step) -> Inject:
    async def inject(scene: Scene) -> None:
        some = [scene.load.issue() for _ in range(_REGISTRATIONS)]
        names = [f"{one.id}/{number}" for one in some for number in range(1, len(one.links) + 1)]
        tell_keylane(scene.sandbox, dict.fromkeys(names, steps))
        scene.load.hand_over(some)

    return inject


early = _says(Step(report="configured", early=True))
"""Before anything was requested."""
late = _says(Step(report="configured", after_s=_LATE_S))
"""Long after the request, and without having accepted it."""
repeated = _says(Step(report="accepted", times=3), Step(report="configured", times=3))
"""Each report three times under one id."""
repeated_anew = _says(Step(report="accepted", times=3, new_id=True), Step(report="configured", times=3, new_id=True))
"""Each report three times, each time under another id."""
contradictory = _says(
    Step(report="configured"), Step(report="accepted", after_s=0.2), Step(report="configured", after_s=0.4, new_id=True)
)
"""Configured, then accepted, then configured again."""
stale = _says(Step(report="accepted", cycle_offset=-1), Step(report="configured", after_s=1))
"""First a report on a cycle before this one."""


async def never(scene: Scene) -> None:
    """Nothing is reported, ever: nothing may be mailed, and a deadline has to be running."""
    some = [replace(scene.load.issue(), links=()) for _ in range(_REGISTRATIONS)]
    scene.load.issued[-_REGISTRATIONS:] = some
    tell_keylane(scene.sandbox, {one.id: () for one in some})
    scene.load.hand_over(some)
