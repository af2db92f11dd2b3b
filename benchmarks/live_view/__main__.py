"""`python -m benchmarks.live_view`: measure, print, clean up."""

import asyncio
import sys
from collections.abc import Iterator

import click

from benchmarks.live_view.course import Found, run
from benchmarks.live_view.story import EVENTS
from benchmarks.measured import measured
from sandbox.settings import SandboxSettings


@click.command()
@click.option("--registrations", type=click.IntRange(min=1), default=100_000, show_default=True, help="in the table")
@click.option("--rate", type=click.FloatRange(min=1), default=500.0, show_default=True, help="events a second")
@click.option("--seconds", type=click.FloatRange(min=1), default=30.0, show_default=True, help="of that rate")
def bench(registrations: int, rate: float, seconds: float) -> None:
    """Measure how fast the live view reads everything again, comes back, and what it costs while events come.

    Ends with 1 when it shows the wrong counts in the end, however fast it was; a missed target ends nothing.
    """
    with measured(SandboxSettings(services=False)) as sandbox:
        found = asyncio.run(run(sandbox, registrations=registrations, rate_per_s=rate, seconds=seconds))
    for line in _lines(found, registrations, rate):
        click.echo(line)
    sys.exit(1 if found.missing else 0)


def _lines(found: Found, registrations: int, rate_per_s: float) -> Iterator[str]:
    events = registrations * EVENTS
    rebuilt, back, steady = found.rebuilt, found.back, found.steady
    yield f"from start to ready, reading {events:,} events into an empty table:"
    yield f"  {rebuilt.seconds:.1f} s, {events / rebuilt.seconds:,.0f} events a second (target 4,000)"
    yield f"  {rebuilt.cpu_s / events * 1000:.3f} ms CPU an event, {rebuilt.resident_mb:.0f} MB"
    yield f"from start to ready, after a kill, with {registrations:,} registrations in its table:"
    yield f"  {back.seconds:.1f} s (target 20), {back.cpu_s:.1f} s CPU, {back.resident_mb:.0f} MB"
    yield f"{rate_per_s:g} events a second, {steady.events:,} in all:"
    yield f"  at most {steady.waiting_max:,} were not kept, none {steady.caught_up_s:.1f} s after the last"
    yield f"  {steady.cpu_s / steady.events * 1000:.3f} ms CPU an event, {steady.resident_mb:.0f} MB (target 300)"
    yield f"view: {found.missing} registrations not where they should be"


if __name__ == "__main__":
    bench()
