"""What a release does wrong is its record's alone: nothing of it is written, the others go on, the brake sees it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from toy import Claim, Tally, decide, report, service
from world import World

from schemas.events import DeadLettered, PolicyAwaited
from stream.answer import Result
from stream.brake import RUN_MAX
from stream.document import Document, DocumentKey
from stream.errors import BrakePulled, StoreUnavailable
from stream.service import Case, Cause, Effect, Emit, Ignore, Outcome, Park, Service
from stream.store import StateRow

BAD, GOOD = "bad", [f"good {number}" for number in range(5)]
MINE = DocumentKey("tally", BAD)
CLAIM = DocumentKey("claim", "one")


def when_bad(outcome: Callable[[], Any]) -> Callable[[Case[str]], Outcome]:
    return lambda case: outcome() if case.subject.startswith(BAD) else decide(case)


def no_string() -> PolicyAwaited:
    awaited = PolicyAwaited(reference="1", applicant=None, cycle=1, reason="POLICY_NOT_FOUND")
    return awaited.model_copy(update={"reference": "\ud800"})


def effect(value: Any) -> Emit:
    return Emit(effects=(Effect("told", "once", "applicant", {"value": value}),))


OUTCOMES: dict[str, tuple[Callable[[], Any], str]] = {
    "a shared document that it did not name": (lambda: Emit(documents={CLAIM: Claim()}), "DEFECT_ForeignDocument"),
    "the document of another key": (
        lambda: Emit(documents={DocumentKey("tally", GOOD[0]): Tally()}),
        "DEFECT_ForeignDocument",
    ),
    "its document under another kind": (lambda: Emit(documents={MINE: Claim()}), "DEFECT_MisfiledDocument"),
    "an effect that is no JSON": (lambda: effect(object()), "DEFECT_PydanticSerializationError"),
    "an effect that is no Unicode": (lambda: effect("\ud800"), "DEFECT_PydanticSerializationError"),
    "an effect with a number that is none": (lambda: effect(float("nan")), "DATABASE_REFUSED_22P02"),
    "an effect with a NUL": (lambda: effect("a\0b"), "DATABASE_REFUSED_22P05"),
    "an event that is no Unicode": (lambda: Emit((no_string(),)), "DEFECT_PydanticSerializationError"),
    "a document that is no JSON": (
        lambda: Emit(documents={MINE: Tally().model_copy(update={"cycles": (object(),)})}),
        "DEFECT_PydanticSerializationError",
    ),
    "no outcome": (lambda: None, "DEFECT_AttributeError"),
    "a reason that is no Unicode": (lambda: Ignore("\ud800"), "DEFECT_UnicodeEncodeError"),
    "a reason that is no text": (lambda: Park(None), "DEFECT_AttributeError"),  # type: ignore[arg-type]
    "a reason with a NUL": (lambda: Park("a\0b"), "DATABASE_REFUSED_22021"),
}


def parked(world: World) -> dict[str, str]:
    return {queued.key: queued.reason for queued in world.database.tables.rows.values()}


async def through(toy: Service[Any], keys: Sequence[str] = (BAD, *GOOD)) -> World:
    world = World.told((report(key, key) for key in keys), toy)
    await (await world.worker()).run()
    return world


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_an_outcome_that_can_not_be_kept_parks_its_record_alone(outcome: str) -> None:
    made, reason = OUTCOMES[outcome]
    world = await through(service(when_bad(made)))
    assert parked(world) == {BAD: reason}
    assert {key.key for key in world.database.tables.states} == set(GOOD)
    assert len(world.ids()) == len(GOOD)
    assert len(world.ids(DeadLettered.name)) == 1


async def test_a_neighbour_that_names_a_document_does_not_lend_it() -> None:
    def touches(cause: Cause, subject: str) -> Sequence[DocumentKey]:
        del cause
        return (CLAIM,) if subject != BAD else ()

    world = await through(service(when_bad(lambda: Emit(documents={CLAIM: Claim(taken_by=(BAD,))})), touches=touches))
    assert parked(world) == {BAD: "DEFECT_ForeignDocument"}
    assert world.database.tables.states[CLAIM][1].document is None


async def test_to_name_the_document_of_another_key_is_no_leave_to_write_it() -> None:
    others = DocumentKey("tally", GOOD[0])
    toy = service(when_bad(lambda: Emit(documents={others: Tally()})), touches=lambda *_: (others,))
    world = await through(toy)
    assert parked(world) == {BAD: "DEFECT_ForeignDocument"}
    assert world.document(GOOD[0]) == Tally(cycles=(1,))


def of_no_kind(cause: Cause, subject: str) -> Sequence[DocumentKey]:
    del cause
    return (DocumentKey("no kind", "of ours"),) if subject == BAD else ()


async def test_naming_documents_that_do_not_exist_is_a_defect_of_that_record() -> None:
    world = await through(service(touches=of_no_kind))
    assert parked(world) == {BAD: "DEFECT_KeyError"}
    assert len(world.ids()) == len(GOOD)


async def test_facts_that_can_not_be_found_for_a_record_are_a_defect_of_that_record() -> None:
    async def facts(concerns: Sequence[Any]) -> str:
        if any(one.cause.cycle == 13 for one in concerns):
            raise LookupError
        return "shut"

    world = World.told([report(BAD, BAD, cycle=13), *(report(key, key) for key in GOOD)], service(facts=facts))
    await (await world.worker()).run()
    assert parked(world) == {BAD: "DEFECT_LookupError"}
    assert len(world.ids()) == len(GOOD)


async def test_an_outage_while_facts_are_read_is_no_defect_of_any_record() -> None:
    fails = iter([True] * 20)

    async def facts(_: Sequence[Any]) -> str:
        if next(fails, False):
            raise StoreUnavailable
        return "shut"

    world = await through(service(facts=facts))
    assert not parked(world)
    assert len(world.ids()) == len((BAD, *GOOD))


@pytest.mark.parametrize(
    "toy",
    [
        service(when_bad(lambda: Emit(documents={CLAIM: Claim()}))),
        service(when_bad(lambda: effect(object()))),
        service(touches=lambda *_: (DocumentKey("no kind", "of ours"),)),
        service(facts=lambda _concerns: 1 / 0),
    ],
)
async def test_a_release_that_does_so_to_every_record_is_stopped(toy: Service[Any]) -> None:
    with pytest.raises(BrakePulled):
        await through(toy, [f"{BAD} {number}" for number in range(RUN_MAX)])


def with_unreadable(*keys: DocumentKey, toy: Service[Any] | None = None) -> World:
    world = World(toy)
    for key in keys:
        world.database.tables.states[key] = (0, StateRow(None, 3, unreadable=True))
    return world


async def test_a_stored_document_that_is_of_no_form_any_more_parks_the_records_of_its_key_only() -> None:
    world = with_unreadable(MINE)
    world.say([report(BAD, "1"), *(report(key, key) for key in GOOD), report(BAD, "2", cycle=2)])
    await (await world.worker()).run()
    assert [queued.reason for queued in world.database.tables.rows.values()] == ["DOCUMENT_UNREADABLE", "BLOCKED"]
    assert {answer.result for answer in world.answers if answer.item.subject in GOOD} == {Result.EMITTED}  # type: ignore[union-attr]
    assert world.database.tables.states[MINE] == (0, StateRow(None, 3, unreadable=True))


async def test_a_shared_document_of_no_form_parks_whoever_needs_it_and_is_one_failure_of_the_release() -> None:
    world = with_unreadable(CLAIM, toy=service(touches=lambda _cause, key: (CLAIM,) if key.startswith(BAD) else ()))
    world.say(report(key, key) for key in [f"{BAD} {number}" for number in range(2 * RUN_MAX)] + GOOD)
    await (await world.worker()).run()
    assert list(parked(world).values()) == ["DOCUMENT_UNREADABLE"] * 2 * RUN_MAX
    assert len(world.ids()) == len(GOOD)


async def test_a_release_that_can_read_no_document_is_stopped() -> None:
    keys = [f"key {number}" for number in range(RUN_MAX)]
    world = with_unreadable(*(DocumentKey("tally", key) for key in keys))
    world.say(report(key, key) for key in keys)
    with pytest.raises(BrakePulled):
        await (await world.worker()).run()
    assert world.database.tables.journal == {}


def test_no_document_holds_a_number_that_is_none() -> None:
    class Weight(Document):
        kilograms: float

    with pytest.raises(ValueError, match="finite"):
        Weight(kilograms=float("nan"))
