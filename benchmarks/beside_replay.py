"""What live registrations feel of a replay: `python -m benchmarks.beside_replay`.

They come at a steady rate, in turn alone and beside a replay of a topic, with everything else running as usual. The
time that the replay's command takes to start and to plan is not measured.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from signal import SIGINT
from statistics import quantiles

import click

from benchmarks.errors import BenchmarkError
from benchmarks.measured import koppeling, measured, report
from benchmarks.open_loop import latencies_ms
from benchmarks.rig import Rig, rigged
from benchmarks.verdict import verdict
from sandbox.running import RunningSandbox
from sandbox.waiting import until

TIMES_MAX = 2.0
"""The target: by what factor a replay may raise p99."""

_PLANNED_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`registrations` come first, and are replayed later.

    In each of the `rounds` live ones come for `seconds` alone, and then for `seconds` beside a replay.
    """

    registrations: int
    rate_per_s: float
    seconds: float
    rounds: int
    replay: tuple[str, ...]


@dataclass
class Found:
    """Milliseconds from form to confirmation, and how many records were replayed meanwhile."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    replayed: int = 0


@click.command()
@click.option("--registrations", type=click.IntRange(min=2), default=15_000, show_default=True, help="to replay")
@click.option("--rate", type=click.FloatRange(min=1), default=20.0, show_default=True, help="live ones a second")
@click.option("--seconds", type=click.FloatRange(min=1), default=15.0, show_default=True, help="of each, in turn")
@click.option("--rounds", type=click.IntRange(min=1), default=4, show_default=True, help="of both")
@click.option("--replay-rate", type=click.IntRange(min=1), help="records a second  [default: the command's own]")
def bench(registrations: int, *, rate: float, seconds: float, rounds: int, replay_rate: int | None) -> None:
    """Measure live registrations with and without a replay.

    Ends with 1 when a mail is lost or double, however slow it was; a missed target ends nothing.
    """
    limit = () if replay_rate is None else ("--rate", str(replay_rate))
    plan = Plan(registrations, rate, seconds, rounds, limit)
    with measured() as sandbox:
        problems = asyncio.run(_measure(sandbox, plan))
    sys.exit(1 if problems else 0)


async def _measure(sandbox: RunningSandbox, plan: Plan) -> tuple[str, ...]:
    async with rigged(sandbox) as rig:
        report(f"{plan.registrations:,} registrations")
        await rig.publisher.all_at_once(rig.issue(plan.registrations))
        await rig.until_done()
        found = Found()
        for number in range(plan.rounds):
            report(f"{plan.rate_per_s:g} a second, {number + 1} of {plan.rounds}")
            found.alone += await latencies_ms(rig, rate_per_s=plan.rate_per_s, seconds=plan.seconds)
            async with _replaying(rig, plan.replay):
                found.beside += await latencies_ms(rig, rate_per_s=plan.rate_per_s, seconds=plan.seconds)
        found.replayed = int(await rig.database.fetchval(_REPLAYED))
        for line in _lines(plan, found):
            click.echo(line)
        report("what came of it all")
        judged = await verdict(rig)
    click.echo("\n".join([f"live: {judged.outcome}", *judged.problems]))
    return judged.problems


@asynccontextmanager
async def _replaying(rig: Rig, limit: tuple[str, ...]) -> AsyncIterator[None]:
    """Records are replayed during the block. Then the replay is stopped by Ctrl-C; the next one goes on from there."""
    before = await rig.database.fetchval(_REPLAYED)
    running = await _replay(rig.sandbox, limit)

    async def bringing() -> bool:
        if running.returncode is not None:
            raise BenchmarkError(f"the replay ended with {running.returncode}")
        return bool(await rig.database.fetchval(_REPLAYED) > before)

    try:
        await until(bringing, deadline_s=_PLANNED_S_MAX, missing="nothing was replayed")
        yield
        if running.returncode is not None:
            raise BenchmarkError("the replay was over too soon: more --registrations")
    finally:
        if running.returncode is None:
            running.send_signal(SIGINT)
            await running.wait()


async def _replay(sandbox: RunningSandbox, limit: tuple[str, ...]) -> Process:
    command = ("replay", "topic", "registration-submitted", "--through", "enrichment", *limit)
    words = koppeling(sandbox, *command, "--apply", "--reason", "measured")
    return await asyncio.create_subprocess_exec(*words, stdout=DEVNULL, stderr=DEVNULL)


def _lines(plan: Plan, found: Found) -> Iterator[str]:
    alone, beside = (quantiles(one, n=100, method="inclusive") for one in (found.alone, found.beside))
    yield f"{plan.rate_per_s:g} registrations a second, {len(found.alone):,} alone and {len(found.beside):,} beside"
    yield f"replays of {found.replayed / plan.rounds / plan.seconds:,.0f} records a second:"
    for name, at in (("p50", 49), ("p90", 89), ("p99", 98)):
        yield f"  {name} {alone[at]:.0f} ms alone, {beside[at]:.0f} ms beside: {beside[at] / alone[at]:.1f} times"
    yield f"  slowest {max(found.alone):.0f} and {max(found.beside):.0f} ms (target: p99 at most {TIMES_MAX:g} times)"


_REPLAYED = "select coalesce(sum(queued), 0) from operations.replay"

if __name__ == "__main__":
    bench()
