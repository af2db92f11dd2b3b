"""`python -m benchmarks`: measure, print, clean up."""

import asyncio
import sys
from pathlib import Path

import click

from benchmarks import table
from benchmarks.course import run
from benchmarks.measured import measured


@click.command()
@click.option("--registrations", type=click.IntRange(min=2), default=5_000, show_default=True, help="to drain")
@click.option("--rate", type=click.FloatRange(min=0.1), default=50.0, show_default=True, help="a second, steadily")
@click.option("--seconds", type=click.FloatRange(min=1), default=20.0, show_default=True, help="of that rate")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the result here too.")
def bench(registrations: int, rate: float, seconds: float, json_file: Path | None) -> None:
    """Measure CPU, rate, latency, memory and start-up of the four services, on a sandbox of their own.

    Ends with 1 when the outcome is wrong, however fast it was; a missed target ends nothing.
    """
    with measured() as sandbox:
        result = asyncio.run(run(sandbox, registrations=registrations, rate_per_s=rate, seconds=seconds))
    if json_file is not None:
        json_file.write_text(result.model_dump_json(indent=2) + "\n", "utf-8")
    for line in table.lines(result):
        click.echo(line)
    sys.exit(1 if result.verdict.problems else 0)


if __name__ == "__main__":
    bench()
