"""A run from an empty sandbox to its result."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.arrivals import Arrivals
from benchmarks.drain import drain
from benchmarks.machine import machine
from benchmarks.open_loop import open_loop
from benchmarks.positions import positions
from benchmarks.process import Process
from benchmarks.publisher import publisher
from benchmarks.raw_hop import raw_hop
from benchmarks.registration import registrations
from benchmarks.result import Result
from benchmarks.rig import Rig
from benchmarks.start_up import start_up_s
from benchmarks.verdict import verdict
from ops.administrator import connected
from ops.destination import published_keys
from sandbox.running import RunningSandbox
from schemas.flow import MONEY_PATH

_WARM_UP_REGISTRATIONS = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure."""

    registrations: int
    rate_per_s: float
    seconds: float


async def run(sandbox: RunningSandbox, plan: Plan, report: Callable[[str], None]) -> Result:
    """Measure one thing after the other; `report` is told what comes next. Raises BenchmarkError."""
    endpoints = sandbox.endpoints()
    broker = endpoints.kafka.bootstrap_servers
    async with (
        connected(endpoints.postgres.url) as database,
        publisher(broker) as forms,
        positions(broker) as places,
    ):
        keys = published_keys(Path(endpoints.keylane.jwks))
        rig = Rig(sandbox, database, forms, Arrivals(endpoints.mailbox), registrations(keys))
        found = await machine(database)
        report("each service from its start to its first committed event")
        started = await start_up_s(rig, places)
        report(f"warming up with {_WARM_UP_REGISTRATIONS} registrations")
        await rig.publisher.all_at_once(rig.issue(_WARM_UP_REGISTRATIONS))
        await rig.until_done()
        report(f"draining {plan.registrations:,} registrations")
        drained = await drain(rig, plan.registrations)
        report("a bare hop over the same records")
        bare = await raw_hop(broker, plan.registrations)
        report(f"{plan.rate_per_s:g} registrations a second for {plan.seconds:g} s")
        steady = await open_loop(rig, rate_per_s=plan.rate_per_s, seconds=plan.seconds)
        report("what came of it all")
        return Result(
            machine=found,
            start_up_s=started,
            drain=drained,
            raw_hop=bare,
            open_loop=steady,
            resident_mb=_resident_mb(sandbox),
            verdict=await verdict(rig),
        )


def _resident_mb(sandbox: RunningSandbox) -> dict[str, float]:
    pids = sandbox.endpoints().processes
    return {stage.name: Process(pids[stage.name]).resident_mb() for stage in MONEY_PATH}
