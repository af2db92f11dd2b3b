"""One connection is live once, also where a package lets the loonheffingennummer be missing (Exact)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_desk import CODES, Desk, by_processor_with_exact, link_request, refusal
from typed_forms import token

from schemas.events import CorrectionRefused, RegistrationRejected, RegistrationSubmitted
from schemas.ids import reference
from services.intake.documents import Claim, Intake

WITHOUT: dict[str, Any] = {"loonheffingennummer": None}
SUB_NUMBER: dict[str, Any] = {"loonheffingennummer": "123456782L02"}
ELSEWHERE = "zuid@kantoor.example"


@pytest.fixture
def desk() -> Desk:
    return ready()


def ready() -> Desk:
    """Two confirmed processors, and an employer that asked both for the link."""
    desk = Desk.with_open_gates()
    desk.form("request-contract", link_request(raamwerkcontractnummer="A0201234"))
    desk.confirm("zuid", email=ELSEWHERE)
    desk.form("request-zuid", link_request(processor_email=ELSEWHERE, raamwerkcontractnummer="A0201234"))
    return desk


def form(desk: Desk, about: str, **changes: Any) -> bool:
    """Whether it is live now."""
    desk.form(about, by_processor_with_exact(about) | changes)
    assert desk.intake(about).answer in ("submitted", "rejected")
    return desk.is_live(about)


def earlier(desk: Desk, about: str) -> list[str]:
    return [one.reference for said in desk.heard(RegistrationRejected, about) for one in said.earlier]


@pytest.mark.parametrize(("first", "second"), [({}, WITHOUT), (WITHOUT, {}), (WITHOUT, WITHOUT), ({}, {})])
def test_who_has_a_number_and_who_has_none_meet_whoever_comes_first(
    desk: Desk, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert form(desk, "one", **first)
    assert not form(desk, "two", **second, email=ELSEWHERE)
    assert not earlier(desk, "two")
    assert not form(desk, "mine", **second)
    assert earlier(desk, "mine") == [reference("one")]


def test_sub_numbers_of_one_contract_are_connections_of_their_own(desk: Desk) -> None:
    assert form(desk, "one")
    assert form(desk, "two", **SUB_NUMBER)
    assert not form(desk, "neither", **WITHOUT)
    desk.correct("away", "one", kind="withdrawal")
    assert not form(desk, "still-neither", **WITHOUT)
    desk.correct("away-too", "two", kind="withdrawal")
    assert form(desk, "free", **WITHOUT)


def test_who_takes_the_place_of_one_beside_another_is_told_of_that_other_before_anything_ends(desk: Desk) -> None:
    assert form(desk, "old")
    assert form(desk, "other", **SUB_NUMBER)
    code = {"reference": reference("old"), "code": CODES.code("old", 1)}
    assert not form(desk, "new", **WITHOUT, supersedes=code)
    assert [one.faults[0].code for one in desk.heard(RegistrationRejected, "new")] == ["ALREADY_REGISTERED"]
    assert desk.intake("old").answer == "submitted"


def test_another_contract_or_employer_code_is_another_connection(desk: Desk) -> None:
    assert form(desk, "one", **WITHOUT)
    other_code = [{"employer_code": "13", "client_secret": token(1, "two")}]
    assert form(desk, "two", connections=other_code)


def test_who_gives_the_number_later_shares_the_contract_from_then_on(desk: Desk) -> None:
    assert form(desk, "one", **WITHOUT)
    assert not form(desk, "early", **SUB_NUMBER)
    desk.correct("number", "one", loonheffingennummer="123456782L01")
    assert [said.cycle for said in desk.heard(RegistrationSubmitted, "one")] == [1, 2]
    assert form(desk, "two", **SUB_NUMBER)
    assert not form(desk, "same")
    assert not form(desk, "neither", **WITHOUT)


def test_a_correction_that_is_held_keeps_the_contract_alone_until_it_goes_on(desk: Desk) -> None:
    assert form(desk, "one", **WITHOUT)
    desk.review("processor", "declined")
    desk.correct("number", "one", loonheffingennummer="123456782L01")
    assert desk.intake("one").answer == "held"
    assert not form(desk, "two", **SUB_NUMBER, email=ELSEWHERE)
    desk.lapse("one")
    assert not form(desk, "three", **SUB_NUMBER, email=ELSEWHERE)
    desk.correct("away", "one", cycle=2, kind="withdrawal")
    assert form(desk, "four", **SUB_NUMBER, email=ELSEWHERE)


@pytest.mark.parametrize("lhnr", [None, "123456782L01"])
def test_a_refused_connection_is_free_under_all_its_names(desk: Desk, lhnr: str | None) -> None:
    assert form(desk, "one", loonheffingennummer=lhnr)
    desk.take(refusal("one", "12"), "one")
    assert form(desk, "again", **WITHOUT)


def forget_the_contract(desk: Desk, *whose: str) -> None:
    """As the releases before docs/decisions/0011 left it: no claim beside others, and none that knows of one."""
    shared = {
        key.key
        for key, one in desk.story.remembered.items()
        if isinstance(one, Claim) and any(holder.registration in whose for holder in one.beside)
    }
    for key in shared:
        del desk.story.remembered[Claim.at(key)]
    for about in whose:
        known = desk.intake(about)
        claims = tuple(key for key in known.claims if key not in shared)
        stands = known.stands and known.stands.but(claims=tuple(key for key in known.stands.claims if key in claims))
        desk.story.remembered[Intake.at(about)] = known.but(claims=claims, stands=stands)


def test_a_held_correction_that_meets_a_contract_claimed_since_is_refused_and_what_stands_goes_on(desk: Desk) -> None:
    assert form(desk, "one")
    before = desk.intake("one")
    desk.review("processor", "declined")
    desk.correct("name", "one", company_name="Bakkerij De Kruimel")
    assert desk.intake("one").answer == "held"
    forget_the_contract(desk, "one")
    assert form(desk, "two", **WITHOUT, email=ELSEWHERE)
    desk.review("processor")
    (refused,) = desk.heard(CorrectionRefused, "one")
    assert [fault.code for fault in refused.faults] == ["ALREADY_REGISTERED", "LAPSED"]
    assert (refused.submission, refused.cycle) == ("name", 2)
    after = desk.intake("one")
    assert (after.answer, after.form, after.stands) == ("submitted", before.form, None)
    assert not desk.heard(RegistrationRejected, "one")
    assert desk.holders() == ["one", "two"]


NUMBERS = st.sampled_from([None, "123456782L01", "123456782L02"])
STEPS = st.lists(st.tuples(st.sampled_from(["register", "number", "withdraw"]), NUMBERS), max_size=12)


@given(STEPS)
def test_whatever_comes_and_goes_no_two_live_ones_can_be_the_same_connection(
    steps: list[tuple[str, str | None]],
) -> None:
    desk, live = ready(), dict[str, tuple[str | None, int]]()
    for number, (step, lhnr) in enumerate(steps):
        about = f"r-{number}"
        if step == "register" and form(desk, about, loonheffingennummer=lhnr):
            live[about] = (lhnr, 1)
        elif step != "register" and live:
            whose, (before, cycle) = next(iter(live.items()))
            if step == "withdraw":
                desk.correct(about, whose, cycle=cycle, kind="withdrawal")
                del live[whose]
                continue
            desk.correct(about, whose, cycle=cycle, loonheffingennummer=lhnr)
            if desk.intake(whose).cycle > cycle:
                live[whose] = (lhnr or before, cycle + 1)
        known = [lhnr for lhnr, _ in live.values()]
        assert len(known) == len(set(known))
        assert None not in known or len(known) == 1
    for whose, (_, cycle) in live.items():
        desk.correct(f"end-{whose}", whose, cycle=cycle, kind="withdrawal")
    claims = [one for one in desk.story.remembered.values() if isinstance(one, Claim)]
    assert all(one.registration is None and not one.beside for one in claims)
