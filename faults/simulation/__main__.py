"""`python -m faults.simulation`: many seeds, or one again with everything that happened in it."""

import sys
import time
from typing import NoReturn

import click

from faults.simulation.campaign import Campaign, campaign
from faults.simulation.controls import controls, uncaught
from faults.simulation.trial import Trial, simulate
from faults.simulation.weather import KINDS


@click.command()
@click.option("--seeds", type=click.IntRange(min=1), default=1000, show_default=True, help="How many.")
@click.option("--from", "first", type=click.IntRange(min=0), default=0, show_default=True, help="The first one.")
@click.option("--seed", type=click.IntRange(min=0), help="Replay this one alone, exactly.")
@click.option("--controls", "with_controls", is_flag=True, help="Put defects in instead, and see each caught.")
@click.option("--only", type=click.Choice(KINDS), help="Let nothing go wrong but this.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes.  [default: one for each core]")
def simulation(  # noqa: PLR0913 (the options)
    seeds: int, *, first: int, seed: int | None, with_controls: bool, only: str | None, jobs: int | None
) -> None:
    """Simulate the whole chain under faults. Ends with 1 when an invariant was broken."""
    if seed is not None:
        _one(simulate(seed, only=only))
    if with_controls:
        _controls(jobs)
    begun_s = time.monotonic()

    def progress(so_far: Campaign) -> None:
        rate = so_far.seeds / (time.monotonic() - begun_s)
        click.echo(f"\r{so_far.seeds:,} of {seeds:,} seeds, {so_far.broken} broken, {rate:.0f}/s ", nl=False, err=True)

    whole = campaign(range(first, first + seeds), progress, jobs, only)
    click.echo(err=True)
    _tell(whole)
    sys.exit(1 if whole.broken else 0)


def _controls(jobs: int | None) -> NoReturn:
    found = list(controls(lambda one: click.echo(f"{one.defect}: {one.caught_after or 'not'} of {one.budget}"), jobs))
    click.echo(f"{sum(one.caught_after is not None for one in found)} of {len(found)} caught")
    sys.exit(1 if list(uncaught(found)) else 0)


def _one(trial: Trial) -> NoReturn:
    click.echo(f"seed {trial.seed}: {trial.virtual_s:.0f} s, trace {trial.tally.trace:08x}")
    click.echo(", ".join(f"{fault} {count}" for fault, count in trial.tally.faults.most_common()))
    for problem in trial.problems:
        click.echo(problem)
    sys.exit(1 if trial.problems else 0)


def _tell(whole: Campaign) -> None:
    rate = whole.seeds / whole.cpu_s
    click.echo(f"{whole.seeds:,} seeds, {whole.registrations:,} registrations, {rate:.0f} seeds a CPU second")
    click.echo(f"{whole.lost} lost, {whole.double} double, {whole.uncertain} uncertain")
    for step, passed in sorted(whole.tally.steps.items()):
        click.echo(f"  {step:14}{passed:>10,} passed{whole.tally.killed_at[step]:>8,} killed there")
    for fault, count in whole.tally.faults.most_common():
        click.echo(f"  {fault:40}{count:>8,}")
    for code, count in whole.tally.explained.most_common():
        click.echo(f"  {f'follows from what was forgotten: {code}':56}{count:>8,}")
    for problem in whole.problems():
        click.echo(problem)


if __name__ == "__main__":
    simulation()
