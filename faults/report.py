"""The report of a run: one table with a row for each fault, and the same as JSON."""

from collections.abc import Iterator
from math import isinf
from statistics import median

from pydantic import BaseModel, ConfigDict

from benchmarks.result import Machine
from faults.result import Control, Result

_NAME = 36


class Report(BaseModel):
    """One run. `command` makes the same faults again; `problems` is empty when everything held.

    `simulated_deaths` counts them by the crash point at which a simulated process died.
    """

    model_config = ConfigDict(frozen=True)

    command: str
    seed: int
    machine: Machine
    minutes: float
    results: tuple[Result, ...]
    controls: tuple[Control, ...] = ()
    simulated_deaths: dict[str, int] = {}
    problems: tuple[str, ...] = ()

    @property
    def caught(self) -> int:
        """How many of the defects that were put in on purpose were found."""
        return sum(control.caught_after is not None for control in self.controls)


def lines(report: Report) -> Iterator[str]:
    """The report as people read it: plain text, at most 100 columns."""
    machine = report.machine
    yield f"{machine.cores} cores, {machine.processor}; {machine.system}, load {machine.load:.1f} before"
    yield f"Python {machine.python}, Kafka {machine.kafka}, Postgres {machine.postgres}"
    yield f"{report.command}: {report.minutes:.0f} minutes"
    yield ""
    yield from _table(report.results)
    yield ""
    if report.simulated_deaths:
        rarest = min(report.simulated_deaths.values())
        yield f"simulated deaths at each of {len(report.simulated_deaths)} steps: {rarest} at least"
    if report.controls:
        yield f"{report.caught} of {len(report.controls)} caught"
    yield from report.problems
    yield f"fault: {_outcome(report)}"


def _table(results: tuple[Result, ...]) -> Iterator[str]:
    yield f"{'':{_NAME}}{'':>11}{'regis-':>10}{'':>6}{'':>8}{'un-':>9}{'recovery s':>15}"
    heads = f"{'injections':>11}{'trations':>10}{'lost':>6}{'double':>8}{'certain':>9}{'p50':>8}{'max':>7}"
    yield f"{'fault':{_NAME}}{heads}"
    for one in results:
        yield _row(one)
    yield _row(_together(results))


def _row(one: Result) -> str:
    recovery = f"{_seconds(median(one.recovery_s)):>8}{_seconds(max(one.recovery_s)):>7}" if one.recovery_s else ""
    counts = f"{one.injections:>11,}{one.registrations:>10,}{one.lost:>6}{one.double:>8}{one.uncertain:>9}"
    return f"{one.fault:{_NAME}}{counts}{recovery}"


def _together(results: tuple[Result, ...]) -> Result:
    return Result(
        fault="together",
        injections=sum(one.injections for one in results),
        registrations=sum(one.registrations for one in results),
        lost=sum(one.lost for one in results),
        double=sum(one.double for one in results),
        uncertain=sum(one.uncertain for one in results),
        recovery_s=tuple(seconds for one in results for seconds in one.recovery_s),
    )


def _seconds(seconds: float) -> str:
    return "never" if isinf(seconds) else f"{seconds:.1f}"


def _outcome(report: Report) -> str:
    whole = _together(report.results)
    return (
        f"{whole.injections} injections, {whole.registrations} registrations, "
        f"{whole.lost} lost, {whole.double} double, {whole.uncertain} uncertain"
    )
