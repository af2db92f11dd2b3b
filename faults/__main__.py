"""`python -m faults`: make the faults, judge what came of it, print one table."""

import logging
import sys
import time
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from faults import report
from faults.real.errors import FaultError
from faults.real.fault import Fault, Ground
from faults.real.ground import Plan, run
from faults.real.matrix import faults
from faults.report import Report
from faults.result import Control
from faults.simulation.campaign import Campaign, campaign
from faults.simulation.controls import controls, uncaught
from sandbox.end_signals import end_when_told
from sandbox.errors import SandboxError
from services.notifier.settings import SENDER_CRASH_POINTS
from stream.step import Step


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Decides which process, when, and the forms.")
@click.option(
    "--tier",
    type=click.Choice(["quick", "full", "root"]),
    default="full",
    show_default=True,
    help="quick: what `make test` runs; root: what needs root's rights, alone.",
)
@click.option("--only", multiple=True, metavar="TEXT", help="Only faults whose name contains this; may be repeated.")
@click.option("--times", type=click.FloatRange(min=0.01), default=1.0, show_default=True, help="Multiplies how often.")
@click.option(
    "--seeds", type=click.IntRange(min=0), default=1000, show_default=True, help="To simulate, in a full run."
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report here too.")
def fault(  # noqa: PLR0913  one argument for each option
    seed: int, *, tier: str, only: tuple[str, ...], times: float, seeds: int, json_file: Path | None
) -> None:
    """Make faults under a stream of registrations: simulated by the seed, and real ones on sandboxes of their own.

    Ends with 1 when a mail is lost or double, when one is uncertain after a fault that leaves none so, when the judge
    finds anything else, or when recovery took too long.
    """
    end_when_told()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    chosen = [(one, count) for one in faults() if (count := _count(one, tier, times)) and _named(one, only)]
    if not chosen:
        raise click.UsageError("no fault is called that")
    started_s = time.monotonic()
    simulated = _simulated(seed, seeds) if seeds and tier == "full" and not only else Campaign()
    put_in = tuple(controls(_caught)) if simulated.seeds else ()
    try:
        judged = [
            run(ground, Plan(some, seed), partial(click.echo, err=True))
            for ground in Ground
            if (some := [choice for choice in chosen if choice[0].ground is ground])
        ]
    except (FaultError, SandboxError) as error:
        raise click.ClickException(str(error)) from None
    made = Report(
        command=" ".join(["python -m faults", *sys.argv[1:]]),
        seed=seed,
        machine=judged[0].machine,
        minutes=(time.monotonic() - started_s) / 60,
        results=(*([simulated.result()] if simulated.seeds else []), *(row for one in judged for row in one.results)),
        controls=put_in,
        simulated_deaths=_deaths(simulated) if simulated.seeds else {},
        problems=(
            *simulated.problems(),
            *uncaught(put_in),
            *(said for one in judged for said in (*one.problems, *one.slow)),
        ),
    )
    _print(made, json_file)


def _print(made: Report, json_file: Path | None) -> NoReturn:
    for line in report.lines(made):
        click.echo(line)
    if json_file is not None:
        json_file.write_text(made.model_dump_json(indent=2) + "\n", "utf-8")
        click.echo(f"written to {json_file} as well", err=True)
    sys.exit(1 if made.problems else 0)


def _simulated(seed: int, seeds: int) -> Campaign:
    click.echo(f"simulating {seeds:,} seeds from {seed} on", err=True)
    return campaign(range(seed, seed + seeds), _progress)


def _deaths(simulated: Campaign) -> dict[str, int]:
    return {point: simulated.tally.killed_at[point] for point in (*Step, *SENDER_CRASH_POINTS)}


def _progress(so_far: Campaign) -> None:
    click.echo(f"{so_far.seeds:,} seeds, {so_far.broken} of them broken", err=True)


def _caught(found: Control) -> None:
    said = f"caught after {found.caught_after} seeds" if found.caught_after else f"not in {found.budget} seeds"
    click.echo(f"{found.defect}: {said}", err=True)


def _count(one: Fault, tier: str, times: float) -> int:
    if one.ground.needs_root is not (tier == "root"):
        return 0
    wanted = one.quick if tier == "quick" else one.times
    return max(1, round(wanted * times)) if wanted else 0


def _named(one: Fault, only: tuple[str, ...]) -> bool:
    return not only or any(text in one.name for text in only)


if __name__ == "__main__":
    fault()
