"""More requests of one employer to one processor than are remembered: the others are looked after like those."""

import pytest
from intake_desk import Desk, by_processor, link_request

from schemas.events import RegistrationHeld, RegistrationSubmitted
from services.intake.employer_request import ASKERS_MAX

LAST, LAST_BUT_ONE = ASKERS_MAX + 1, ASKERS_MAX


def withdraw(desk: Desk, *numbers: int) -> None:
    """These requests ask no more."""
    for number in numbers:
        desk.correct(f"stop-{number}", f"request-{number}", kind="withdrawal")


@pytest.fixture
def desk() -> Desk:
    """Two have asked that are not remembered, and they alone ask still; the processor is confirmed."""
    desk = Desk.with_open_gates()
    desk.correct("away", "request", kind="withdrawal")
    for number in range(ASKERS_MAX + 2):
        desk.form(f"request-{number}", link_request())
    withdraw(desk, *range(ASKERS_MAX))
    return desk


def test_as_long_as_one_that_is_not_remembered_asks_a_registration_goes_on(desk: Desk) -> None:
    withdraw(desk, LAST)
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_once_all_have_stopped_a_registration_waits_for_a_request(desk: Desk) -> None:
    withdraw(desk, LAST, LAST_BUT_ONE)
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("EMPLOYER_REQUEST",)


def test_a_correction_of_one_that_is_not_remembered_counts_it_once(desk: Desk) -> None:
    desk.correct("contract", f"request-{LAST}", raamwerkcontractnummer="A0201234")
    withdraw(desk, LAST_BUT_ONE)
    desk.correct("stop", f"request-{LAST}", cycle=2, kind="withdrawal")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationHeld, "bakery")


def test_one_that_is_not_remembered_waits_again_when_the_registration_has_left(desk: Desk) -> None:
    desk.form("bakery", by_processor())
    assert desk.intake(f"request-{LAST}").taken_up
    desk.correct("stop", "bakery", kind="withdrawal")
    request = desk.intake(f"request-{LAST}")
    assert (request.taken_up, request.due_at is None) == (False, False)


def test_one_that_is_not_remembered_and_overdue_is_taken_up_at_once(desk: Desk) -> None:
    for _ in range(4):
        desk.due(f"request-{LAST}")
    assert desk.intake(f"request-{LAST}").overdue
    desk.form("bakery", by_processor())
    request = desk.intake(f"request-{LAST}")
    assert (request.taken_up, request.overdue) == (True, False)
