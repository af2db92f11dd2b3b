"""Processes die, sleep, wake, leave and come."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from subprocess import TimeoutExpired

from aiokafka import AIOKafkaProducer

from faults.real.errors import FaultError
from faults.real.fault import Inject
from faults.real.scene import Scene
from sandbox.errors import NotRunningError
from sandbox.extra_worker import exit_code
from schemas.events import LinkRealised
from schemas.flow import LANES, SERVICE_NAMES, TIMELINE
from stream.step import Step

WORKERS = 2
"""Of each service, so that there is somebody to take over."""
_DEATH_S_MAX = 180.0
_NONSENSE = b"no json"
_NONSENSE_EVERY_S = 1.0
_CROWD = 3
_CROWD_S = 3.0


def names(service: str) -> tuple[str, ...]:
    """The sandbox's own workers of a service."""
    return (service, *(f"{service}-{number}" for number in range(2, WORKERS + 1)))


async def killed(scene: Scene) -> None:
    """SIGKILL for any worker, or for Keylane's simulator, whatever it is at."""
    everybody = [name for service in SERVICE_NAMES for name in names(service)] + ["keylane"]
    while True:
        with suppress(NotRunningError, ProcessLookupError):
            scene.sandbox.send(scene.chance.choice(everybody), signal.SIGKILL)
            return


def dies_after(service: str, point: str) -> Inject:
    """One more worker joins, and dies by SIGKILL at its first, second or third time at this crash point."""

    async def inject(scene: Scene) -> None:
        dying = scene.joined(service, crash_at=f"{point}:{scene.chance.randint(1, 3)}")
        try:
            async with _something_to_publish(scene, service, point):
                code = await exit_code(dying, deadline_s=_DEATH_S_MAX)
        except TimeoutExpired:
            raise FaultError(f"a worker of {service} did not pass {point} within {_DEATH_S_MAX:g} s") from None
        if code != -signal.SIGKILL:
            raise FaultError(f"a worker of {service} ended with {code} before it passed {point}")

    return inject


@asynccontextmanager
async def _something_to_publish(scene: Scene, service: str, point: str) -> AsyncIterator[None]:
    """The timeline publishes dead letters alone: it gets records that cannot be read."""
    if point != Step.PUBLISH or service != TIMELINE.name:
        yield
        return
    saying = asyncio.create_task(_say_nonsense(scene.sandbox.endpoints().kafka.bootstrap_servers))
    try:
        yield
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)


async def _say_nonsense(bootstrap_servers: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers) as producer:
        while True:
            for lane in range(LANES):
                await producer.send_and_wait(LinkRealised.name, _NONSENSE, partition=lane)
            await asyncio.sleep(_NONSENSE_EVERY_S)


def asleep(service: str) -> Inject:
    """SIGSTOP past the session's end and past the take-over; SIGCONT makes a zombie of it."""

    async def inject(scene: Scene) -> None:
        name = scene.chance.choice(names(service))
        scene.sandbox.send(name, signal.SIGSTOP)
        scene.meanwhile(_wake(scene, name, scene.session_s + scene.chance.uniform(1, 3)))

    return inject


async def _wake(scene: Scene, name: str, after_s: float) -> None:
    await asyncio.sleep(after_s)
    with suppress(NotRunningError, ProcessLookupError):
        scene.sandbox.send(name, signal.SIGCONT)


async def restarted_in_turn(scene: Scene) -> None:
    """SIGTERM for every worker of every service, each when the one before is back: a rolling restart."""
    for service in SERVICE_NAMES:
        for name in names(service):
            old = scene.sandbox.send(name, signal.SIGTERM)
            await scene.restarted(name, old)


def scaled(service: str) -> Inject:
    """Down to one worker, up to four, down to one again."""

    async def inject(scene: Scene) -> None:
        async with scene.away(names(service)[-1]):
            crowd = [scene.joined(service) for _ in range(_CROWD)]
            await asyncio.sleep(_CROWD_S)
            for process in crowd:
                process.terminate()
            for process in crowd:
                await exit_code(process)

    return inject
