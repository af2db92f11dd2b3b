"""Many seeds on all cores: what they came to, added up, and every seed that broke something."""

import gc
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from faults.result import Result
from faults.simulation.process import Parts
from faults.simulation.tally import Tally
from faults.simulation.trial import Trial, simulate
from stream.collector import tame_collector

_CHUNK = 25
FAILURES_KEPT = 20


@dataclass
class Campaign:
    """The seeds so far, of all kinds of faults or of one.

    `failed` holds the first seeds that broke something, with what.
    """

    seeds: int = 0
    broken: int = 0
    lost: int = 0
    double: int = 0
    uncertain: int = 0
    registrations: int = 0
    cpu_s: float = 0.0
    tally: Tally = field(default_factory=Tally)
    failed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    only: str | None = None

    def take(self, trial: Trial) -> None:
        """One more seed."""
        self.seeds += 1
        self.broken += bool(trial.problems)
        self.lost += trial.lost
        self.double += trial.double
        self.uncertain += trial.uncertain
        self.registrations += trial.registrations
        self.tally.add(trial.tally)
        if trial.problems and len(self.failed) < FAILURES_KEPT:
            self.failed.append((trial.seed, trial.problems))

    def add(self, other: "Campaign") -> None:
        """Another process's seeds."""
        for name in ("seeds", "broken", "lost", "double", "uncertain", "registrations", "cpu_s"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.tally.add(other.tally)
        self.failed = sorted(self.failed + other.failed)[:FAILURES_KEPT]

    def result(self) -> Result:
        """Its row of the report."""
        injections = self.tally.faults.total()
        return Result("simulated", injections, self.registrations, self.lost, self.double, self.uncertain)

    def problems(self) -> Iterator[str]:
        """A line for each seed that broke something, with the command that replays it."""
        alone = f" --only '{self.only}'" if self.only else ""
        for seed, found in self.failed:
            yield f"simulated: {found[0]} (again: python -m faults.simulation --seed {seed}{alone})"
        if self.broken > len(self.failed):
            yield f"simulated: {self.broken - len(self.failed)} more seeds broke something"


def play(seeds: Sequence[int], parts: Parts | None = None, only: str | None = None) -> Campaign:
    """These seeds, in this process; what they leave is collected at the end, when nothing of it is needed any more."""
    campaign = Campaign(only=only)
    begun_s = time.process_time()
    logging.disable(logging.CRITICAL)
    gc.disable()
    try:
        for seed in seeds:
            campaign.take(simulate(seed, parts, only))
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)
    gc.collect()
    campaign.cpu_s = time.process_time() - begun_s
    return campaign


def campaign(
    seeds: range, report: Callable[[Campaign], None], jobs: int | None = None, only: str | None = None
) -> Campaign:
    """All of these seeds, on all cores; `report` is told what there is so far."""
    whole = Campaign(only=only)
    chunks = [seeds[start : start + _CHUNK] for start in range(0, len(seeds), _CHUNK)]
    with ProcessPoolExecutor(jobs or os.cpu_count(), initializer=tame_collector) as pool:
        for part in pool.map(partial(play, only=only), chunks):
            whole.add(part)
            report(whole)
    return whole
