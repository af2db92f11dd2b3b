"""One seed, from the first form to the verdict: the same seed is the same story, to the last call."""

from dataclasses import dataclass
from random import Random
from traceback import format_exception

from faults.simulation.evidence import evidence
from faults.simulation.process import Parts
from faults.simulation.tally import Tally
from faults.simulation.world import NotQuietError, World
from ops.audit.evidence import Evidence
from ops.audit.judge import judge, replayed_without_effect

REPLAYED_EVERY = 10


@dataclass(frozen=True)
class Trial:
    """What came of a seed. `problems` is empty when every invariant held.

    `uncertain` counts the mails that were in doubt at any time; `virtual_s` is how long it took on its own clock.
    """

    seed: int
    problems: tuple[str, ...]
    lost: int
    double: int
    uncertain: int
    registrations: int
    virtual_s: float
    tally: Tally


def simulate(seed: int, parts: Parts | None = None) -> Trial:
    """Play a seed and judge what came of it; every tenth reads all topics again from their beginning."""
    world = World(Random(seed), parts or Parts())
    problems: list[str] = []
    lost = double = 0
    before: list[Evidence] = []
    look = (lambda: before.append(evidence(world))) if seed % REPLAYED_EVERY == 0 else None
    try:
        world.run(look)
    except NotQuietError as error:
        problems.append(f"I6 NEVER_QUIET: {error}")
    problems += [f"{name} ended: {_said(error)}" for name, error in world.unexpected]
    if not problems:
        after = evidence(world)
        verdict = judge(after, at_rest=True)
        lost, double = len(verdict.tally.lost) + len(verdict.tally.missing), len(verdict.tally.double)
        found = list(verdict.findings)
        found += [one for first in before for one in replayed_without_effect(first, after)]
        problems += [f"{one.invariant} {one.code}: {one.about}: {one.what}" for one in found]
        problems += [f"I1 MISSING: {link}" for link in verdict.tally.missing]
    return Trial(
        seed, tuple(problems), lost, double, len(world.uncertain_seen), len(world.scenario.registrations),
        world.loop.time(), world.tally,
    )  # fmt: skip


def _said(error: BaseException) -> str:
    return "".join(format_exception(error))
