"""Forms that were accepted before a rule became stricter: they go on, and end, as if it had not."""

from typing import Any

import pytest
from intake_desk import Desk, by_processor, by_processor_with_exact
from typed_forms import loket, token

from schemas.events import CorrectionRefused, LinkRequested, RegistrationHeld, RegistrationSubmitted
from services.intake.documents import Intake
from stream.document import Gate

_LINK = "Kantoor Noord, www.noord.example"
_TOKEN_OF_BEFORE = [{"employer_code": "12", "client_secret": token(1, "bakery", typ="JWT")}]
_OF_BEFORE: list[dict[str, Any]] = [
    by_processor(dgas=[{"name": _LINK, "personnel_number": "1"}]),
    by_processor(dgas=[{"name": "Zoë\u200e van der Meer", "personnel_number": "1"}]),
    by_processor(dgas=[{"name": "Zoë, 2, 123 456 782", "personnel_number": "1"}]),
    by_processor(dgas=[{"name": name, "personnel_number": "1"} for name in ("Zoë van der Meer", "Jan")]),
    by_processor_with_exact("bakery", connections=_TOKEN_OF_BEFORE),
]


def keeps(desk: Desk, about: str, **of_before: Any) -> None:
    """What it holds was accepted by an earlier release."""
    known = desk.intake(about)
    desk.story.remembered[Intake.at(about)] = known.but(form=(known.form or {}) | of_before)


@pytest.mark.parametrize("form", _OF_BEFORE)
def test_a_form_of_before_would_be_rejected_today(form: dict[str, Any]) -> None:
    desk = Desk.told("bakery", form)
    assert desk.intake("bakery").answer == "rejected"


def test_a_link_request_with_a_name_of_before_leaves_no_gate_open_when_it_is_withdrawn() -> None:
    desk = Desk.asked()
    keeps(desk, "request", processor_name=_LINK)
    desk.correct("away", "request", kind="withdrawal")
    assert not any(isinstance(one, Gate) and one.open for one in desk.story.remembered.values())


def test_a_link_request_with_a_name_of_before_is_reminded_of_until_it_is_overdue() -> None:
    desk = Desk.asked()
    keeps(desk, "request", processor_name=_LINK)
    for _ in range(4):
        desk.due("request")
    assert [said.number for said in desk.heard(LinkRequested, "request")] == [0, 1, 2, 3]
    assert desk.intake("request").overdue


@pytest.mark.parametrize("form", _OF_BEFORE)
def test_a_held_form_of_before_is_reminded_of_and_goes_on(form: dict[str, Any]) -> None:
    desk = Desk()
    accepted = by_processor() if form["package"] == "loket" else by_processor_with_exact("bakery")
    desk.form("bakery", accepted)
    keeps(desk, "bakery", **form)
    desk.due("bakery")
    assert len(desk.heard(RegistrationHeld, "bakery")) == 2
    desk.open_gates()
    assert len(desk.heard(RegistrationSubmitted, "bakery")) == 1


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_correction_of_another_employer_that_an_earlier_release_holds_goes_on_and_lapses(*, confirmed: bool) -> None:
    desk = Desk.declined_since()
    other: dict[str, Any] = {
        "company_name": "Ander B.V.",
        "raamwerkcontractnummer": "A0209999",
        "loonheffingennummer": "111222333L01",
    }
    desk.correct("other", "bakery", **other)
    known = desk.intake("bakery")
    desk.story.remembered[Intake.at("bakery")] = known.but(requests=())
    if confirmed:
        desk.review("processor")
        assert desk.intake("bakery").waits == ("EMPLOYER_REQUEST",)
    desk.lapse("bakery")
    assert len(desk.heard(CorrectionRefused, "bakery")) == 1
    assert not set(desk.intake("bakery").requests) & set(known.waits_for)


def test_a_rejected_form_is_read_by_the_rules_of_today() -> None:
    desk = Desk.told("bakery", loket(company_name=_LINK))
    desk.correct("email", "bakery", email="post@dekorst.example")
    assert (desk.intake("bakery").answer, desk.intake("bakery").faults) == (
        "rejected",
        ("company_name NAME_HOLDS_LINK",),
    )
    desk.correct("away", "bakery", kind="withdrawal", connections=[{"connection": 1}])
    assert desk.intake("bakery").ended == "withdrawn"
