"""How fast one worker takes what is replayed through it: `python -m benchmarks.replay`.

It has the machine to itself: the services that read what it publishes again are away meanwhile.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE
from contextlib import ExitStack
from dataclasses import dataclass
from signal import SIGTERM

import click

from benchmarks.errors import BenchmarkError
from benchmarks.measured import koppeling, measured, report
from benchmarks.positions import Positions, positions
from benchmarks.process import Process
from benchmarks.rig import Rig, rigged
from benchmarks.verdict import verdict
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.event import Event
from schemas.events import FormReceived, PolicyEnriched, RegistrationSubmitted
from schemas.flow import ENRICHMENT, INTAKE, KEYLANE, MONITOR, PROVISIONING, SERVICE_NAMES, SERVICES, Party

RATE_MIN = 2_000
"""Records a second, the target."""

_UPSTREAM_LAST: tuple[tuple[type[Event], Party], ...] = (
    (PolicyEnriched, PROVISIONING),
    (RegistrationSubmitted, ENRICHMENT),
    (FormReceived, INTAKE),
)
"""So that no service is measured while records that another has published again wait for it."""
_READERS = frozenset({*SERVICE_NAMES, MONITOR.name, KEYLANE.name})
_BACK_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one replay took, from its first row to the end of its last; `cpu_s` is the worker's."""

    service: str
    records: int
    seconds: float
    cpu_s: float


@click.command()
@click.option("--registrations", type=click.IntRange(min=2), default=5_000, show_default=True, help="to replay")
def bench(registrations: int) -> None:
    """Measure replays of three whole topics, each through one worker.

    Ends with 1 when a mail is lost or double, however fast it was; a missed target ends nothing.
    """
    with measured() as sandbox:
        problems = asyncio.run(_measure(sandbox, registrations))
    sys.exit(1 if problems else 0)


async def _measure(sandbox: RunningSandbox, registrations: int) -> tuple[str, ...]:
    async with rigged(sandbox) as rig, positions(sandbox.endpoints().kafka.bootstrap_servers) as places:
        report(f"{registrations:,} registrations")
        await rig.publisher.all_at_once(rig.issue(registrations))
        await rig.until_done()
        for event, party in _UPSTREAM_LAST:
            report(f"{event.name} through {party.name}")
            click.echo(_line(await _replayed(rig, event, party)))
            await _all_back(rig.sandbox, places)
        report("what came of it all")
        found = await verdict(rig)
    click.echo("\n".join([f"replay: {found.outcome}", *found.problems]))
    return found.problems


async def _replayed(rig: Rig, event: type[Event], party: Party) -> Replayed:
    others = _READERS - {party.name}
    worker = Process(rig.sandbox.endpoints().processes[party.name])
    with ExitStack() as away:
        for name in sorted(others):
            away.enter_context(rig.sandbox.away(name, SIGTERM))
        used_s = worker.cpu_s()
        await _replay(rig.sandbox, event, party)
        spent_s = worker.cpu_s() - used_s
    (row,) = await rig.database.fetch(_NEWEST)
    return Replayed(party.name, row["queued"], row["took"].total_seconds(), spent_s)


async def _replay(sandbox: RunningSandbox, event: type[Event], party: Party) -> None:
    limits = ("--rate", "1000000", "--queue", "20000")
    command = ("replay", "topic", event.name, "--through", party.name, *limits, "--apply", "--reason", "measured")
    process = await asyncio.create_subprocess_exec(*koppeling(sandbox, *command), stdout=PIPE, stderr=PIPE)
    _, said = await process.communicate()
    if process.returncode:
        raise BenchmarkError(said.decode().strip())


async def _all_back(sandbox: RunningSandbox, places: Positions) -> None:
    """Everybody runs, and has read what was said again."""

    async def running() -> bool:
        return sandbox.endpoints().processes.keys() >= _READERS

    await until(running, deadline_s=_BACK_S_MAX, missing="not everybody was started again")
    for party in SERVICES:
        await places.until_nothing_waits(party)


def _line(one: Replayed) -> str:
    rate, each_ms = one.records / one.seconds, one.cpu_s / one.records * 1000
    return (
        f"{one.service}: {one.records:,} records in {one.seconds:.1f} s, {rate:,.0f} a second (target {RATE_MIN:,}), "
        f"{each_ms:.3f} ms CPU of the worker each"
    )


_NEWEST = "select queued, finished_at - begun_at as took from operations.replay order by begun_at desc limit 1"

if __name__ == "__main__":
    bench()
