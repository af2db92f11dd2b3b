"""Positive controls: a simulation that does not find what was put in on purpose proves nothing."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from faults.result import Control
from faults.simulation import defects
from faults.simulation.campaign import play
from faults.simulation.process import Parts
from stream.collector import tame_collector

OLDER = "older database"


@dataclass(frozen=True)
class Defect:
    """`budget`: within how many seeds it has to be caught, some five to ten times what it took.

    `only`: by which kind of fault, where no other can show it.
    """

    name: str
    parts: Parts
    budget: int
    only: str | None = None


DEFECTS = (
    Defect("position moved before the outcome is acknowledged", Parts(worker=defects.MovesPositionFirst), 100),
    Defect("a mail that is owed ignored", Parts(worker=defects.MailsNobody), 100),
    Defect("nobody asked for what a link needs that has stopped", Parts(worker=defects.HearsNoStop), 100),
    Defect("SENT written before the send", Parts(ledger=defects.SaysSentFirst), 200),
    Defect("what is SENT queued to be said in a second transaction", Parts(ledger=defects.QueuesSentLater), 200),
    Defect("journal not looked up", Parts(store=defects.LooksNothingUp), 100),
    Defect("documents in a second transaction", Parts(store=defects.WritesDocumentsApart), 100),
    Defect("ids random instead of derived", Parts(transport=defects.DrawsIds), 100),
    Defect(
        "epoch not checked and catch-up skipped", Parts(worker=defects.SkipsCatchUp, store=defects.ChecksNoEpoch), 100
    ),
    Defect("wall clock in deadlines", Parts(sender_clock=defects.MeasuresByTheWall), 500),
    Defect("parking fire-and-forget", Parts(store=defects.ParksLater), 200),
    Defect("a blocked key's later events let through", Parts(store=defects.BlocksNothing), 200),
    Defect("shared documents not guarded before they exist", Parts(store=defects.ComparesOnlyWhatIsThere), 500),
    Defect("mails not held back when Postgres is older", Parts(older_database=defects.LetsMailsGo), 30, OLDER),
    Defect(
        "positions set forward when Postgres is older",
        Parts(older_database=defects.MovesPositionsForward),
        200,
        OLDER,
    ),
)


def control(defect: Defect) -> Control:
    """Play seeds until the defect is caught, or its budget is spent."""
    for seed in range(defect.budget):
        if play([seed], defect.parts, defect.only).broken:
            return Control(defect.name, defect.budget, seed + 1)
    return Control(defect.name, defect.budget, None)


def controls(report: Callable[[Control], None], jobs: int | None = None) -> Iterator[Control]:
    """All of them, on all cores; `report` is told of each."""
    with ProcessPoolExecutor(jobs or os.cpu_count(), initializer=tame_collector) as pool:
        for found in pool.map(control, DEFECTS):
            report(found)
            yield found


def uncaught(found: Sequence[Control]) -> Iterator[str]:
    """A line for each defect that was not found."""
    for one in found:
        if one.caught_after is None:
            yield f"not caught within {one.budget} seeds: {one.defect}"
