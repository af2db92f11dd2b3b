"""A record that concerns another registration as well is handed over: to its lane, behind what waits there, once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from toy import LANES, Claim, Tally, decide, report, service
from world import At, Killed, World, raising

from schemas.events import ProvisioningReported
from stream.answer import Result
from stream.document import Document, DocumentKey
from stream.lane import lane_of
from stream.memory.disturbance import Moment
from stream.service import Case, Cause, Emit, HandedOver, Ignore, Outcome, Service

FROM = next(f"key-{n}" for n in range(99) if lane_of(f"key-{n}", LANES) == 0)
TO = next(f"key-{n}" for n in range(99) if lane_of(f"key-{n}", LANES) == 1)
HANDED = 9
CLAIM = DocumentKey("claim", "one")


def handing(case: Case[str]) -> Outcome:
    """Hands over reports of cycle 9; notes on the other side whose they were."""
    match case.cause:
        case ProvisioningReported(cycle=cycle) if cycle == HANDED:
            return replace(_emitted(decide(case)), handed_to=(TO,))
        case HandedOver(event=ProvisioningReported(cycle=cycle), origin=origin):
            before = case.documents.get(Tally, case.subject) or Tally()
            taken = Claim(taken_by=(origin,))
            own = DocumentKey("tally", case.subject)
            return Emit(documents={own: Tally(cycles=(*before.cycles, 100 + cycle)), CLAIM: taken})
        case ProvisioningReported():
            return decide(case)
        case _:
            return Ignore("NOT_OURS")


def _emitted(outcome: Outcome) -> Emit:
    assert isinstance(outcome, Emit)
    return outcome


def recalled(cause: Cause, subject: str, main: Document | None) -> Iterable[DocumentKey]:
    """What is claimed is known only by what is remembered."""
    del cause, subject
    return (CLAIM,) if isinstance(main, Tally) and main.cycles else ()


def toy() -> Service[str]:
    return replace(service(handing), recalls=recalled)


def cycles(world: World, key: str) -> tuple[int, ...]:
    document = world.document(key)
    assert isinstance(document, Tally)
    return document.cycles


async def test_it_is_decided_in_the_other_lane_with_what_that_one_remembers() -> None:
    world = World(toy())
    handed, after = report(FROM, "handed", cycle=HANDED, revision=2), report(FROM, "after", cycle=2)
    world.say([report(TO, "first", cycle=1), handed, after])
    await (await world.worker()).run()
    assert cycles(world, TO) == (1, 100 + HANDED)
    assert cycles(world, FROM) == (HANDED, 2)
    lane, state = world.database.tables.states[CLAIM]
    assert (lane, state.document) == (-1, Claim(taken_by=(FROM,)))
    assert not world.database.tables.rows


async def test_a_repeat_of_the_record_hands_nothing_over_twice() -> None:
    world = World.told([report(TO, "first", cycle=1), *[report(FROM, "handed", cycle=HANDED)] * 5], toy())
    await (await world.worker(batch=1)).run()
    assert cycles(world, TO) == (1, 100 + HANDED)


async def test_what_this_batch_has_changed_is_asked_again_in_the_next() -> None:
    world = World(toy())
    moved = report(TO, "first", cycle=1, lane=lane_of(FROM, LANES))
    world.say([moved, report(FROM, "handed", cycle=HANDED)])
    await (await world.worker()).run()
    assert cycles(world, TO) == (1, 100 + HANDED)
    assert [answer.reason for answer in world.answers if answer.result is Result.LEFT] == ["OUTRUN"]
    assert world.database.tables.states[CLAIM][1].document == Claim(taken_by=(FROM,))


def kills() -> list[Any]:
    calls = [("store", "read"), ("store", "settle"), ("store", "forget"), ("transport", "publish")]
    return [At(of, call, moment, nth) for of, call in calls for moment in Moment for nth in (1, 2, 3)]


@pytest.mark.parametrize("at", kills(), ids=lambda at: f"{at.call}-{at.moment.name}-{at.nth}")
async def test_a_worker_killed_anywhere_hands_it_over_exactly_once(at: At) -> None:
    world = World.told([report(TO, "first", cycle=1), report(FROM, "handed", cycle=HANDED)], toy())
    await (await world.worker({at: raising(Killed())})).run_to_death()
    await (await world.worker()).run()
    assert cycles(world, TO) == (1, 100 + HANDED)
    assert cycles(world, FROM) == (HANDED,)
