"""One seed, from the first form to the verdict: the same seed is the same story, to the last call."""

from dataclasses import dataclass
from random import Random
from traceback import format_exception

from faults.simulation.evidence import evidence, mails_again
from faults.simulation.process import Parts
from faults.simulation.tally import Tally
from faults.simulation.world import NotQuietError, World
from ops.audit.judge.called_for import REALISED, Link
from ops.audit.judge.evidence import Evidence
from ops.audit.judge.history import History
from ops.audit.judge.verdict import judge, replayed_without_effect
from schemas.ids import RegistrationId, reference
from services.notifier.ledger import Status

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


def simulate(seed: int, parts: Parts | None = None, only: str | None = None) -> Trial:
    """Play a seed and judge what came of it; every tenth reads all topics again from their beginning.

    With `only`, nothing goes wrong but this kind of fault.
    """
    world = World(Random(seed), parts or Parts(), only)
    problems: list[str] = []
    lost: list[Link] = []
    double: list[Link] = []
    before: list[Evidence] = []
    look = (lambda: before.append(evidence(world))) if seed % REPLAYED_EVERY == 0 else None
    try:
        world.run(look)
    except NotQuietError as error:
        problems.append(f"I6 NEVER_QUIET: {error}")
    problems += [f"{name} ended: {''.join(format_exception(error))}" for name, error in world.unexpected]
    if not problems:
        after = evidence(world)
        verdict = judge(after, at_rest=True)
        unheard = [link for link in verdict.tally.lost if link.registration not in _visible(world)]
        facts = History(after, at_rest=True).facts.get(REALISED, ()) if unheard else ()
        lost = sorted(set(unheard) - world.failover.forgotten.said_behind(facts))
        double = list(verdict.tally.double)
        found = list(verdict.findings)
        found += [one for first in before for one in replayed_without_effect(first, after)]
        put_aside = _put_aside(world)
        explained = [one for one in found if world.failover.forgotten.explains(one, put_aside)]
        world.tally.explained.update(one.code for one in explained)
        world.tally.explained.update(MAIL_TWICE=mails_again(world), LOST=len(unheard) - len(lost))
        problems += [f"{one.invariant} {one.code}: {one.about}: {one.what}" for one in found if one not in explained]
        problems += [f"I1 MISSING: {link}" for link in verdict.tally.missing if not _unasked(world, link)]
        problems += [f"I1 LOST: {link}" for link in lost]
        problems += [f"I2 DOUBLE: {link}" for link in double]
    return Trial(
        seed, tuple(problems), len(lost), len(double), len(world.uncertain_seen), len(world.scenario.registrations),
        world.loop.time(), world.tally,
    )  # fmt: skip


def _unasked(world: World, link: Link) -> bool:
    """Whether its customer would have asked for it again, had a mail not been refused for good, as a human can see."""
    return reference(RegistrationId(link.registration)) in world.customers.silent and link.registration in _visible(
        world
    )


def _visible(world: World) -> set[str]:
    """The registrations of which a human can see why a mail is missing: it was refused for good, or something waits."""
    effects = world.databases["notifier"].tables.effects
    refused = {effects[id_].subject for id_, entry in world.book.entries().items() if entry.status is Status.FAILED}
    rows = (row for database in world.databases.values() for row in database.tables.rows.values())
    return refused | {queued.key for queued in rows}


def _put_aside(world: World) -> set[str]:
    """The registrations of which the notifier was told something else under an id that it had read already."""
    rows = world.databases["notifier"].tables.rows.values()
    return {queued.key for queued in rows if queued.reason == "ID_REUSED"}
