"""A run from an empty sandbox to its result."""

from benchmarks.drain import drain
from benchmarks.machine import machine
from benchmarks.measured import report
from benchmarks.open_loop import open_loop
from benchmarks.positions import positions
from benchmarks.process import Process
from benchmarks.raw_hop import raw_hop
from benchmarks.result import Result
from benchmarks.rig import rigged
from benchmarks.start_up import start_up_s
from benchmarks.verdict import verdict
from sandbox.running import RunningSandbox
from schemas.flow import MONEY_PATH

_WARM_UP_REGISTRATIONS = 200


async def run(sandbox: RunningSandbox, *, registrations: int, rate_per_s: float, seconds: float) -> Result:
    """Measure one thing after the other. Raises BenchmarkError."""
    broker = sandbox.endpoints().kafka.bootstrap_servers
    async with rigged(sandbox) as rig, positions(broker) as places:
        found = await machine(rig.database)
        report("each service from its start to its first committed event")
        started = await start_up_s(rig, places)
        report(f"warming up with {_WARM_UP_REGISTRATIONS} registrations")
        await rig.publisher.all_at_once(rig.issue(_WARM_UP_REGISTRATIONS))
        await rig.until_done()
        report(f"draining {registrations:,} registrations")
        drained = await drain(rig, registrations)
        report("a bare hop over the same records")
        bare = await raw_hop(broker, registrations)
        report(f"{rate_per_s:g} registrations a second for {seconds:g} s")
        steady = await open_loop(rig, rate_per_s=rate_per_s, seconds=seconds)
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
    return {party.name: Process(pids[party.name]).resident_mb() for party in MONEY_PATH}
