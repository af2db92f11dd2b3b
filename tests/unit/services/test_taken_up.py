"""A link request is looked after: whether a processor has taken up what it asks."""

from datetime import timedelta
from typing import Any

import pytest
from intake_desk import Desk, by_processor, link_request
from stories import NOW
from told import all_told

from schemas.events import LinkRequested, RegistrationEnded
from services.intake.employer_request import ASKERS_MAX
from services.intake.terms import TAKEN_UP_WITHIN


def looked_after(desk: Desk, weeks: int = 1) -> tuple[bool, bool]:
    """Whether the request is taken up, and overdue, after so many looks."""
    for _ in range(weeks):
        desk.due("request")
    return desk.intake("request").taken_up, desk.intake("request").overdue


def test_a_request_that_no_processor_takes_up_is_overdue_after_four_weeks_until_one_does() -> None:
    desk = Desk.asked()
    assert looked_after(desk, weeks=3) == (False, False)
    assert looked_after(desk) == (False, True)
    assert desk.story.now == NOW + TAKEN_UP_WITHIN
    desk.form("bakery", by_processor())
    assert (desk.intake("request").taken_up, desk.intake("request").overdue) == (True, False)
    assert desk.intake("request").due_at is None


def reminders(desk: Desk) -> list[tuple[int, int]]:
    """The cycle and the number of each, in order."""
    return [(said.cycle, said.number) for said in desk.heard(LinkRequested, "request") if said.number]


def test_employer_and_processor_are_reminded_each_week_until_the_request_is_overdue() -> None:
    desk = Desk.asked()
    looked_after(desk, weeks=9)
    assert reminders(desk) == [(1, 1), (1, 2), (1, 3)]
    first, reminder, *_ = desk.heard(LinkRequested, "request")
    assert reminder == first.model_copy(update={"number": 1})


def test_a_request_that_is_taken_up_is_reminded_of_no_more() -> None:
    desk = Desk.asked()
    looked_after(desk)
    desk.form("bakery", by_processor())
    assert looked_after(desk) == (True, False)
    assert reminders(desk) == [(1, 1)]


def test_a_corrected_request_is_reminded_of_anew_with_what_it_says_now() -> None:
    desk = Desk.asked()
    looked_after(desk, weeks=2)
    desk.correct("moved", "request", processor_email="zuid@kantoor.example")
    looked_after(desk)
    assert reminders(desk) == [(1, 1), (1, 2), (2, 1)]
    last = desk.heard(LinkRequested, "request")[-1]
    assert (last.processor_email, last.to_processor) == ("zuid@kantoor.example", "request")


def test_so_is_one_after_which_somebody_else_has_asked() -> None:
    desk = Desk.with_open_gates()
    assert looked_after(desk, weeks=9) == (False, True)
    desk.form("second", link_request(email="tweede@dekorst.example"))
    desk.form("bakery", by_processor())
    assert (desk.intake("request").taken_up, desk.intake("request").overdue) == (True, False)


@pytest.mark.parametrize("weeks", [4, 9])
@pytest.mark.parametrize("is_held", [True, False])
def test_a_request_that_is_overdue_is_taken_up_at_once_by_a_registration_that_comes(
    weeks: int, *, is_held: bool
) -> None:
    desk = Desk.with_open_gates()
    assert looked_after(desk, weeks=weeks) == (False, True)
    if is_held:
        desk.review("processor", "declined")
    desk.form("bakery", by_processor())
    assert desk.intake("bakery").answer == ("held" if is_held else "submitted")
    request = desk.intake("request")
    assert (request.taken_up, request.overdue, request.due_at) == (True, False, None)
    desk.correct("away", "bakery", kind="withdrawal")
    assert looked_after(desk, weeks=4) == (False, True)
    desk.form("again", by_processor())
    assert desk.intake("request").taken_up


def test_a_request_is_looked_after_for_sixty_days_and_by_a_correction_after_that() -> None:
    desk = Desk.asked()
    assert looked_after(desk, weeks=9) == (False, True)
    assert desk.intake("request").due_at is None
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    assert looked_after(desk) == (False, False)


@pytest.mark.parametrize("early", [True, False])
def test_a_registration_takes_it_up_when_it_is_held_and_when_it_goes_on_whichever_came_first(*, early: bool) -> None:
    desk = Desk.told("bakery", by_processor()) if early else Desk.with_open_gates()
    desk.open_gates() if early else desk.form("bakery", by_processor())
    assert looked_after(desk, weeks=0 if early else 1) == (True, False)


def test_a_request_for_another_number_is_not_taken_up_with_it() -> None:
    desk = Desk.told("request", link_request(loonheffingennummer="123456782L02"))
    desk.form("bakery", by_processor())
    assert looked_after(desk) == (False, False)


def test_a_correction_stays_taken_up_by_the_same_processor_and_waits_for_another_one() -> None:
    desk = Desk.linked()
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    assert (desk.intake("request").taken_up, desk.intake("request").due_at) == (True, None)
    desk.correct("moved", "request", cycle=2, processor_email="zuid@kantoor.example")
    assert looked_after(desk) == (False, False)


def test_a_request_that_is_withdrawn_is_looked_after_no_more() -> None:
    desk = Desk.asked()
    looked_after(desk, weeks=4)
    desk.story.now += timedelta(days=1)
    desk.correct("away", "request", kind="withdrawal")
    assert (desk.intake("request").due_at, desk.intake("request").overdue) == (None, False)


FORMER = "NOORD@kantoor.example"


def former_processor(desk: Desk, change: dict[str, Any]) -> str | None:
    """Who hears that it is chosen no more."""
    desk.correct("change", "request", **change)
    asked, ended = desk.heard(LinkRequested, "request"), desk.heard(RegistrationEnded, "request")
    return ended[-1].former_processor if ended else asked[-1].former_processor


@pytest.mark.parametrize("change", [{"kind": "withdrawal"}, {"processor_email": "zuid@kantoor.example"}])
@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({}, FORMER),
        ({"bakery": by_processor()}, FORMER),
        ({"again": link_request()}, None),
        ({"again": link_request(loonheffingennummer="123456782L02")}, FORMER),
        ({"again": link_request(processor_email="west@kantoor.example")}, FORMER),
    ],
)
def test_a_processor_that_is_chosen_no_more_hears_so_unless_another_request_asks_it(
    change: dict[str, Any], before: dict[str, dict[str, Any]], told: str | None
) -> None:
    desk = Desk.asked()
    for about, form in before.items():
        desk.form(about, form)
    assert former_processor(desk, change) == told


def test_the_former_processor_hears_of_the_employer_by_the_name_that_it_knew() -> None:
    desk = Desk.asked()
    desk.correct("change", "request", processor_email="zuid@kantoor.example", company_name="De Nieuwe Korst B.V.")
    *_, asked = desk.heard(LinkRequested, "request")
    assert asked.applicant.company_name == "De Nieuwe Korst B.V."
    assert asked.former_company_name == "Bakkerij De Korst B.V."
    *_, to_former = all_told(asked)
    assert "Werkgever: Bakkerij De Korst B.V." in to_former


def test_where_more_have_asked_than_are_remembered_the_processor_hears_nothing_as_one_of_them_may_still_ask() -> None:
    desk = Desk.asked()
    for number in range(ASKERS_MAX):
        desk.form(f"request-{number}", link_request(loonheffingennummer="123456782L02"))
    assert former_processor(desk, {"kind": "withdrawal"}) is None


def test_a_correction_of_anything_else_tells_no_processor_that_it_is_chosen_no_more() -> None:
    desk = Desk.asked()
    assert former_processor(desk, {"loonheffingennummer": "111222333L01"}) is None
