"""What a.s.r. found for a form without numbers, or with wrong ones, is claimed like what was typed."""

from typing import Any

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor_with_exact, link_request
from typed_forms import token

from schemas.events import RegistrationRejected, RegistrationSubmitted
from schemas.ids import reference
from services.intake import gate
from services.intake.found_numbers import FoundNumbers
from stream.service import Emit, Ignore, Outcome, Park

NONE: dict[str, Any] = {"raamwerkcontractnummer": None, "loonheffingennummer": None}
CONTRACT, LHNR = "A0201234", "123456782L01"
OTHER_LHNR = "111222333L01"
FOUND = FoundNumbers(1, CONTRACT, LHNR)
MOVED_ON = Ignore("MOVED_ON")


@pytest.fixture
def desk() -> Desk:
    desk = Desk.with_open_gates()
    desk.form("request-other", link_request(loonheffingennummer=OTHER_LHNR))
    return desk


def is_live(desk: Desk, about: str, **changes: Any) -> bool:
    desk.form(about, by_processor_with_exact(about) | changes)
    assert desk.intake(about).answer in ("submitted", "rejected")
    return desk.is_live(about)


def is_free(desk: Desk, **changes: Any) -> bool:
    """Whether somebody else can register it; who does withdraws again."""
    about = f"probe-{len(desk.said)}"
    if not is_live(desk, about, **changes):
        return False
    desk.correct(f"{about}-away", about, kind="withdrawal")
    return True


def match(desk: Desk, about: str, found: FoundNumbers = FOUND) -> Outcome:
    return desk.tell(about, found.text)


@pytest.mark.parametrize("typed", [NONE, {"loonheffingennummer": None}, {"raamwerkcontractnummer": None}])
def test_whoever_comes_later_with_the_numbers_that_were_found_is_told_that_it_is_registered(
    desk: Desk, typed: dict[str, Any]
) -> None:
    assert is_live(desk, "one", **typed)
    match(desk, "one")
    assert not is_live(desk, "two")
    (said,) = desk.heard(RegistrationRejected, "two")
    assert {fault.code for fault in said.faults} == {"ALREADY_REGISTERED"}
    assert [one.reference for one in said.earlier] == [reference("one")]


def test_nothing_is_said_of_it_and_the_code_stays(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    before = len(desk.said)
    match(desk, "one")
    assert (len(desk.said), desk.intake("one").cycle) == (before, 1)


def test_who_ends_frees_what_was_found(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    match(desk, "one")
    desk.correct("away", "one", kind="withdrawal")
    assert is_free(desk)
    assert match(desk, "one") == MOVED_ON


def test_numbers_under_which_somebody_else_has_registered_meanwhile_are_left_to_people(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    assert is_live(desk, "two")
    assert match(desk, "one") == Park("ALREADY_REGISTERED", blocks=False)
    desk.correct("away", "two", kind="withdrawal")
    assert isinstance(match(desk, "one"), Emit)
    assert not is_free(desk)


def test_numbers_that_were_typed_wrong_are_free_again(desk: Desk) -> None:
    is_live(desk, "one", loonheffingennummer=OTHER_LHNR)
    assert not is_free(desk, loonheffingennummer=OTHER_LHNR)
    match(desk, "one")
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (False, True)


def test_a_better_match_takes_the_place_of_a_wrong_one(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    match(desk, "one", FOUND._replace(loonheffingennummer=OTHER_LHNR))
    match(desk, "one")
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (False, True)


def test_a_contract_that_stood_alone_is_shared_once_the_number_is_found(desk: Desk) -> None:
    is_live(desk, "one", loonheffingennummer=None)
    assert not is_free(desk, loonheffingennummer=OTHER_LHNR)
    match(desk, "one")
    assert is_free(desk, loonheffingennummer=OTHER_LHNR)


def test_a_correction_of_something_else_goes_on_with_what_was_found(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    match(desk, "one")
    desk.correct("secret", "one", connections=[{"connection": 1, "client_secret": token(1, "secret")}])
    desk.at_keylane("one")
    said = desk.heard(RegistrationSubmitted, "one")[-1]
    assert (said.cycle, said.registration.loonheffingennummer) == (2, LHNR)
    assert not is_free(desk)


def test_what_keylane_had_by_an_earlier_cycle_stays_claimed_until_it_has_this_one(desk: Desk) -> None:
    is_live(desk, "one", loonheffingennummer=OTHER_LHNR)
    desk.correct("secret", "one", connections=[{"connection": 1, "client_secret": token(1, "secret")}])
    match(desk, "one", FOUND._replace(cycle=2))
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (False, False)
    desk.at_keylane("one")
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (False, True)


def test_who_ends_before_keylane_has_this_one_frees_what_it_had_as_well(desk: Desk) -> None:
    is_live(desk, "one", loonheffingennummer=OTHER_LHNR)
    desk.correct("secret", "one", connections=[{"connection": 1, "client_secret": token(1, "secret")}])
    match(desk, "one", FOUND._replace(cycle=2))
    desk.correct("away", "one", cycle=2, kind="withdrawal")
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (True, True)


def test_a_match_for_what_was_corrected_since_counts_no_more(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    desk.correct("numbers", "one", loonheffingennummer=OTHER_LHNR)
    assert match(desk, "one") == MOVED_ON


@pytest.mark.parametrize("goes_on", [True, False])
def test_what_was_found_counts_also_while_a_correction_waits_and_whatever_becomes_of_it(
    desk: Desk, *, goes_on: bool
) -> None:
    is_live(desk, "one", **NONE)
    desk.review("processor", "declined")
    desk.correct("secret", "one", connections=[{"connection": 1, "client_secret": token(1, "secret")}])
    assert desk.intake("one").answer == "held"
    match(desk, "one")
    if goes_on:
        desk.review("processor")
        desk.at_keylane("one")
    else:
        desk.lapse("one")
        desk.review("processor")
    assert desk.intake("one").answer == "submitted"
    assert (desk.intake("one").form or {})["loonheffingennummer"] == LHNR
    assert not is_free(desk)
    desk.correct("away", "one", cycle=desk.intake("one").cycle, kind="withdrawal")
    assert is_free(desk)


def test_a_correction_that_waits_and_brings_another_number_keeps_that(desk: Desk) -> None:
    is_live(desk, "one", **NONE)
    desk.review("processor", "declined")
    desk.correct("number", "one", loonheffingennummer=OTHER_LHNR)
    match(desk, "one")
    asked, _ = gate.of_numbers(PROCESSOR_EMAIL, OTHER_LHNR, CONTRACT)
    assert asked in desk.intake("one").requests
    desk.review("processor")
    *_, submitted = desk.heard(RegistrationSubmitted, "one")
    assert (submitted.cycle, submitted.registration.loonheffingennummer) == (2, OTHER_LHNR)
    desk.at_keylane("one")
    assert (is_free(desk), is_free(desk, loonheffingennummer=OTHER_LHNR)) == (True, False)


def test_a_text_tells_numbers_and_no_other_text_does(desk: Desk) -> None:
    assert FoundNumbers.told_by(FOUND.text) == FOUND
    assert FoundNumbers.told_by("processor-moved:abc:b@c.example") is None
    assert desk.tell("request", "what no release says") == Ignore("NOT_OURS")
