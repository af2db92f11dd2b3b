"""Workers that differ from the sandbox's own: another release, another idea of the time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faults.real.fault import Inject
from faults.real.processes import names
from faults.real.scene import Scene
from sandbox.waiting import until

_SPELL_S = 8.0
_STARTED_S_MAX = 120.0


async def old_intake(scene: Scene) -> None:
    """One intake of an older release works beside a new one: both versions of RegistrationSubmitted are written."""

    async def written_as_before() -> bool:
        async with scene.database() as database:
            return bool(await database.fetchval(_WRITTEN_AS_BEFORE))

    async with _in_place_of_one(scene, "intake", odd="old"):
        await until(written_as_before, deadline_s=_STARTED_S_MAX, missing="an event in the second version")
        await asyncio.sleep(_SPELL_S)


def jumping_clock(service: str) -> Inject:
    """One worker's wall clock jumps an hour, ahead and back, every second."""

    async def inject(scene: Scene) -> None:
        async with _in_place_of_one(scene, service, odd="jumping", odd_service=service):
            await asyncio.sleep(2 * _SPELL_S)

    return inject


@asynccontextmanager
async def _in_place_of_one(scene: Scene, service: str, **settings: object) -> AsyncIterator[None]:
    async with scene.away(names(service)[-1]):
        odd = scene.joined(service, "faults.real.odd_worker", **settings)
        yield
        odd.terminate()


_WRITTEN_AS_BEFORE = """
select count(*) from intake.journal
where position('schema:registration-submitted:2' in convert_from(events, 'UTF8')) > 0
"""
