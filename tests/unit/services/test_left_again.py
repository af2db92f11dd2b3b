"""A link request that was taken up, and is not any more: it is looked after again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from intake_desk import Desk, by_processor, by_processor_with_exact, earlier, link_request
from typed_forms import loket

from schemas.events import LinkRequested
from schemas.ids import RegistrationId, reference
from services.intake.documents import Intake
from services.intake.employer_request import REGISTERED_MAX, Asker, EmployerRequest
from services.intake.found_numbers import FoundNumbers
from services.intake.terms import TAKEN_UP_WITHIN

OTHER: dict[str, Any] = {"loonheffingennummer": "111222333L01"}
SUB_NUMBER: dict[str, Any] = {"loonheffingennummer": "123456782L02"}


@pytest.fixture
def desk() -> Desk:
    """An employer's request that its processor has taken up, as it knows."""
    desk = Desk.linked()
    desk.due("request")
    assert desk.intake("request").taken_up
    return desk


def is_taken_up(desk: Desk, about: str = "request") -> bool:
    known = desk.intake(about)
    assert known.taken_up == (known.due_at is None)
    return known.taken_up


def test_a_registration_that_is_corrected_to_another_employer_leaves_the_one_and_takes_up_the_other(desk: Desk) -> None:
    desk.form("other", link_request(email="baas@b.example", **OTHER))
    desk.correct("typo", "bakery", **OTHER)
    assert not is_taken_up(desk)
    desk.due("other")
    assert is_taken_up(desk, "other")


def test_one_that_is_corrected_to_another_sub_number_leaves_the_request_for_the_first(desk: Desk) -> None:
    desk.correct("sub", "bakery", **SUB_NUMBER)
    assert not is_taken_up(desk)
    desk.correct("back", "bakery", cycle=2, loonheffingennummer="123456782L01")
    assert is_taken_up(desk)


def test_a_request_that_the_registration_of_another_sub_number_leaves_waits_as_before() -> None:
    desk = Desk.with_open_gates()
    before = desk.intake("request")
    desk.story.later(days=3)
    desk.form("branch", by_processor(**SUB_NUMBER))
    desk.correct("away", "branch", kind="withdrawal")
    assert desk.intake("request") == before


def test_one_that_was_asked_under_an_earlier_release_is_left_as_well_once_it_was_looked_at() -> None:
    desk = Desk.with_open_gates()
    desk.story.remembered[Intake.at("request")] = desk.intake("request").but(waits_for=())
    desk.form("bakery", by_processor())
    desk.due("request")
    assert is_taken_up(desk)
    desk.correct("away", "bakery", kind="withdrawal")
    assert not is_taken_up(desk)


def test_after_a_withdrawal_both_are_reminded_as_if_it_had_just_been_asked_and_it_is_overdue_in_the_end(
    desk: Desk,
) -> None:
    desk.story.later(days=65)
    desk.correct("away", "bakery", kind="withdrawal")
    left_at = desk.story.now
    assert (is_taken_up(desk), desk.intake("request").since) == (False, left_at)
    while not desk.intake("request").overdue:
        desk.due("request")
    assert desk.story.now == left_at + TAKEN_UP_WITHIN
    assert [one.number for one in desk.heard(LinkRequested, "request")] == [0, 1, 2, 3]


def test_one_that_is_held_and_turns_out_to_have_a_wrong_code_has_taken_nothing_up() -> None:
    desk = Desk.asked()
    desk.form("old", loket(connections=[{"employer_code": "2"}]))
    with desk.holding_up("old"):
        desk.form("bakery", by_processor(supersedes={"reference": reference("old"), "code": "AAAA"}))
        desk.due("request")
        assert is_taken_up(desk)
    assert desk.intake("bakery").answer == "rejected"
    assert not is_taken_up(desk)


def test_one_that_lapses_has_taken_nothing_up() -> None:
    desk = Desk.asked()
    desk.form("bakery", by_processor())
    desk.due("request")
    desk.lapse("bakery")
    assert not is_taken_up(desk)


def test_a_successor_keeps_it_taken_up(desk: Desk) -> None:
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    assert desk.intake("bakery").ended == "superseded"
    assert is_taken_up(desk)
    desk.correct("away", "new", kind="withdrawal")
    assert not is_taken_up(desk)


def test_of_two_registrations_the_one_that_stays_is_enough(desk: Desk) -> None:
    desk.form("garage", by_processor(connections=[{"employer_code": "2"}]))
    desk.correct("away", "bakery", kind="withdrawal")
    assert is_taken_up(desk)


@pytest.mark.parametrize("change", [OTHER, SUB_NUMBER])
def test_while_a_correction_waits_both_employers_have_theirs_and_the_first_again_when_it_lapses(
    change: dict[str, Any], desk: Desk
) -> None:
    desk.form("other", link_request(email="baas@b.example", **change))
    desk.review("processor", "declined")
    desk.correct("typo", "bakery", **change)
    assert desk.intake("bakery").answer == "held"
    desk.due("other")
    assert (is_taken_up(desk), is_taken_up(desk, "other")) == (True, True)
    desk.lapse("bakery")
    assert (is_taken_up(desk), is_taken_up(desk, "other")) == (True, False)
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    assert not is_taken_up(desk)


def test_a_correction_that_waited_and_goes_on_leaves_the_first(desk: Desk) -> None:
    desk.correct("typo", "bakery", **OTHER)
    assert is_taken_up(desk)
    desk.form("other", link_request(email="baas@b.example", **OTHER))
    assert desk.intake("bakery").answer == "submitted"
    assert (is_taken_up(desk), is_taken_up(desk, "other")) == (False, True)


def asks_again(desk: Desk) -> None:
    desk.form("again", link_request(email="nieuw@dekorst.example"))


def holds_first(desk: Desk) -> None:
    desk.form("branch", by_processor(**OTHER, connections=[{"employer_code": "2"}]))
    desk.form("again", link_request(**OTHER))


@pytest.mark.parametrize("asks", [asks_again, holds_first])
def test_who_asks_for_what_is_registered_already_is_not_reminded_until_that_ends(
    asks: Callable[[Desk], None], desk: Desk
) -> None:
    asks(desk)
    assert is_taken_up(desk, "again")
    for about in ("bakery", "branch"):
        if Intake.at(about) in desk.story.remembered:
            desk.correct(f"away-{about}", about, kind="withdrawal")
    assert not is_taken_up(desk, "again")


@pytest.mark.parametrize("lapsed", [False, True])
def test_who_asked_by_its_contract_has_it_left_when_numbers_were_found_in_between(*, lapsed: bool) -> None:
    desk = Desk.with_open_gates()
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=None))
    desk.due("request")
    assert is_taken_up(desk)
    found = FoundNumbers(1, "A0201234", "123456782L01")
    desk.tell("bakery", found.text)
    if lapsed:
        desk.review("processor", "declined")
        desk.correct("typo", "bakery", **OTHER)
        desk.lapse("bakery")
    assert is_taken_up(desk)
    desk.correct("away", "bakery", cycle=2 if lapsed else 1, kind="withdrawal")
    assert not is_taken_up(desk)


def test_a_correction_of_the_request_itself_is_woken_too(desk: Desk) -> None:
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    assert is_taken_up(desk)
    desk.story.now += timedelta(days=1)
    desk.correct("away", "bakery", kind="withdrawal")
    assert not is_taken_up(desk)


def test_what_is_remembered_of_very_many_registrations_has_a_limit(desk: Desk) -> None:
    (key,) = desk.intake("bakery").requests
    request = desk.story.document(EmployerRequest, key)
    for number in range(2 * REGISTERED_MAX):
        request = request.with_registration(RegistrationId(f"r-{number}"), {None})
    assert len(request.registered) == REGISTERED_MAX


def test_each_asker_is_no_longer_taken_up_by_what_is_not_named_once_its_own_registration_is() -> None:
    askers = [Asker(submission=f"request-{number}", lhnr=number, taken_up=True) for number in ("a", "b", "c")]
    request = EmployerRequest(email=None).with_askers(askers)
    after = request.with_registration(RegistrationId("bakery"), {"a", "c"})
    assert [asker.taken_up for asker in after.askers] == [False, True, False]
