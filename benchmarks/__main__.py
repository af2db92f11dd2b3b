"""`python -m benchmarks`: measure, print, clean up."""

import asyncio
import sys
from pathlib import Path

import click

from benchmarks import table
from benchmarks.course import Plan, run
from benchmarks.errors import BenchmarkError
from benchmarks.result import Result
from sandbox.end_signals import end_when_told
from sandbox.errors import SandboxError
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox


@click.command()
@click.option("--registrations", type=click.IntRange(min=2), default=5_000, show_default=True, help="to drain")
@click.option("--rate", type=click.FloatRange(min=0.1), default=50.0, show_default=True, help="a second, steadily")
@click.option("--seconds", type=click.FloatRange(min=1), default=20.0, show_default=True, help="of that rate")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the result here too.")
def bench(registrations: int, rate: float, seconds: float, json_file: Path | None) -> None:
    """Measure CPU, rate, latency, memory and start-up of the four services, on a sandbox of their own.

    Ends with 1 when the outcome is wrong, however fast it was; a missed target ends nothing.
    """
    end_when_told()
    try:
        result = _measure(Plan(registrations, rate, seconds))
    except (BenchmarkError, SandboxError) as error:
        raise click.ClickException(str(error)) from None
    if json_file is not None:
        json_file.write_text(result.model_dump_json(indent=2) + "\n", "utf-8")
    for line in table.lines(result):
        click.echo(line)
    sys.exit(1 if result.verdict.problems else 0)


def _measure(plan: Plan) -> Result:
    _report("starting Kafka, Postgres, a fast mailbox, Keylane's simulator and the services")
    with throwaway_sandbox(SandboxSettings(fast_mail=True, keylane_delay_s=0)) as sandbox:
        result = asyncio.run(run(sandbox, plan, _report))
        _report("cleaning up")
    return result


def _report(line: str) -> None:
    click.echo(f"{line} ...", err=True)


if __name__ == "__main__":
    bench()
