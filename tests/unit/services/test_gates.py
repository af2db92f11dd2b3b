"""Registrations by processors: held until the processor is confirmed and the employer has asked, in whatever order."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, by_processor_with_exact, link_request
from stories import NOW
from typed_forms import processor, token

from payroll.amsterdam import amsterdam_day
from schemas.events import (
    LinkRequested,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.values import SealedFor
from services.intake.clients import ClientRow, gates_of
from services.intake.documents import Intake
from services.intake.employer_request import EmployerRequest
from stream.document import Gate
from stream.service import Ignore, Opened, Park


def test_an_early_registration_is_held_says_what_for_and_goes_on_by_itself() -> None:
    desk = Desk.told("bakery", by_processor())
    (held,) = desk.heard(RegistrationHeld, "bakery")
    assert held.waits_for == ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")
    assert (held.number, held.employer_email) == (0, None)
    opened, *_ = desk.intake("bakery").waits_for
    desk.open_gates()
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    assert submitted.cycle == 1
    assert desk.intake("bakery").waits_for == ()
    assert desk.intake("bakery").due_at is None
    assert desk.take(Opened(Intake.at("bakery"), opened), "bakery") == Ignore("NOT_WAITING")


def test_while_another_gate_is_shut_it_waits_since_it_came_and_says_nothing_anew() -> None:
    desk = Desk.told("bakery", by_processor())
    due_at = desk.intake("bakery").due_at
    desk.story.later(days=1)
    desk.confirm()
    known = desk.intake("bakery")
    assert (known.waits, known.held_since, known.due_at) == (("EMPLOYER_REQUEST",), NOW, due_at)
    desk.take(Opened(Intake.at("bakery"), known.waits_for[0]), "bakery")  # shut again by now
    assert len(desk.heard(RegistrationHeld, "bakery")) == 1


def test_one_that_is_due_when_its_gates_have_just_opened_goes_on_and_is_reminded_of_nothing() -> None:
    desk = Desk.told("bakery", by_processor())
    desk.story.remembered |= {Gate.at(key): Gate(open=True) for key in desk.intake("bakery").waits_for}
    desk.due("bakery")
    assert len(desk.heard(RegistrationSubmitted, "bakery")) == len(desk.heard(RegistrationHeld, "bakery")) == 1


STEPS: dict[str, Any] = {
    "apply": lambda desk: desk.form("processor", processor("processor")),
    "review": lambda desk: desk.review("processor"),
    "request": lambda desk: desk.form("request", link_request()),
    "register": lambda desk: desk.form("bakery", by_processor()),
}
ORDERS = [order for order in permutations(STEPS) if order.index("apply") < order.index("review")]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_whichever_comes_first_it_is_submitted_once_and_only_at_the_end(order: tuple[str, ...]) -> None:
    desk = Desk()
    for step in order:
        assert not desk.heard(RegistrationSubmitted, "bakery")
        STEPS[step](desk)
    assert len(desk.heard(RegistrationSubmitted, "bakery")) == 1
    assert len(desk.heard(RegistrationHeld, "bakery")) == (0 if order[-1] == "register" else 1)


def test_the_answer_to_a_processor_an_employer_and_a_review() -> None:
    desk = Desk.with_open_gates()
    assert desk.heard(ProcessorApplied, "processor")[0].applicant.package == "loket_webservice"
    assert desk.heard(ProcessorConfirmed, "processor")[0].applicant.email == PROCESSOR_EMAIL
    assert desk.heard(LinkRequested, "request")[0].processor_email == "NOORD@kantoor.example"
    assert desk.review("processor") == Ignore("ALREADY_CONFIRMED")


def test_a_review_before_its_form_waits_for_it_and_one_of_another_address_changes_nothing() -> None:
    desk = Desk()
    assert desk.review("processor") == Park("NOTHING_APPLIED", retry=True, blocks=False)
    desk.form("processor", processor("processor"))
    assert desk.review("processor", email="zuid@kantoor.example") == Ignore("OTHER_ADDRESS")
    assert desk.review("processor", company_name="Kantoor Zuid") == Ignore("OTHER_NAME")
    desk.form("request", link_request())
    assert desk.review("request") == Ignore("NOT_UNDER_REVIEW")


@pytest.mark.parametrize("verdict", ["confirmed", "declined"])
def test_a_verdict_on_a_processor_that_has_changed_its_name_since_waits_for_another_look(verdict: str) -> None:
    desk = Desk.told("processor", processor("processor"))
    desk.correct("renamed", "processor", company_name="Kantoor Zuid")
    assert desk.review("processor", verdict, company_name="Kantoor Noord") == Ignore("OTHER_NAME")
    assert desk.intake("processor").answer == "applied"
    desk.review("processor", verdict, company_name="Kantoor Zuid")
    assert desk.intake("processor").answer == verdict


def test_a_verdict_counts_for_a_processor_that_has_renewed_no_more_than_its_password() -> None:
    desk = Desk.told("processor", processor("processor"))
    desk.correct("renewal", "processor", password=token(0, "renewal", "password"))
    desk.review("processor", company_name="Kantoor Noord")
    assert desk.intake("processor").answer == "confirmed"


def test_who_is_declined_registers_nobody_and_may_be_confirmed_later() -> None:
    desk = Desk.told("processor", processor("processor"))
    desk.review("processor", "declined")
    assert desk.heard(ProcessorDeclined, "processor")[0].reason == "Niet gevonden."
    desk.form("request", link_request())
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("PROCESSOR_CONFIRMATION",)
    desk.review("processor")
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_a_request_for_another_processor_or_employer_opens_nothing() -> None:
    desk = Desk()
    desk.confirm()
    desk.form("other", link_request(processor_email="zuid@kantoor.example"))
    desk.form("another", link_request(loonheffingennummer="111222333L01"))
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("EMPLOYER_REQUEST",)


def test_an_employer_s_other_sub_number_is_the_same_employer() -> None:
    desk = Desk.linked(loonheffingennummer="123456782L02")
    assert desk.heard(RegistrationSubmitted, "bakery")


@pytest.mark.parametrize(
    "numbers", [{"loonheffingennummer": None}, {"loonheffingennummer": "", "raamwerkcontractnummer": ""}]
)
def test_without_its_number_an_employer_is_known_by_its_contract_or_its_name(numbers: dict[str, Any]) -> None:
    desk = Desk.told("bakery", by_processor_with_exact("bakery", **numbers))
    desk.open_gates()
    assert desk.heard(RegistrationSubmitted, "bakery")


def told(desk: Desk, form: dict[str, Any], about: str = "bakery") -> str | None:
    """Which employer hears of a registration that waits for its processor."""
    desk.form(about, form)
    (held,) = desk.heard(RegistrationHeld, about)
    assert held.waits_for == ("PROCESSOR_CONFIRMATION",)
    return held.employer_email


def asked_by(*employers: dict[str, Any]) -> Desk:
    """A desk where these have asked for the link, one after the other."""
    desk = Desk()
    for place, employer in enumerate(employers):
        desk.form(f"request-{place}", link_request(email=f"{place}@werkgever.example", **employer))
    return desk


L01, L02, L77 = ({"loonheffingennummer": f"123456782L{number}"} for number in ("01", "02", "77"))


@pytest.mark.parametrize(
    ("asked", "registered", "hears"),
    [
        ((L01, L77), L01, "0@werkgever.example"),
        ((L01, L02), L02, "1@werkgever.example"),
        ((L01, L01, L77), L01, "0@werkgever.example"),
        ((L77,), L01, None),
    ],
    ids=["a stranger asked later", "the other sub-number", "asked twice", "a stranger only"],
)
def test_who_asked_for_this_very_number_hears_of_it_and_no_other_under_the_same_nine_digits(
    asked: tuple[dict[str, Any], ...], registered: dict[str, Any], hears: str | None
) -> None:
    assert told(asked_by(*asked), by_processor(**registered)) == hears


@pytest.mark.parametrize("numbers", [{"raamwerkcontractnummer": None}, {"raamwerkcontractnummer": "A0201111"}])
def test_who_is_known_by_its_name_alone_hears_of_it_and_no_namesake_that_asked_later(numbers: dict[str, Any]) -> None:
    desk = asked_by(L01, L02 | {"raamwerkcontractnummer": "A0209999"}, {"loonheffingennummer": "111222333L01"})
    form = by_processor_with_exact("bakery", loonheffingennummer=None, **numbers)
    assert told(desk, form) == "0@werkgever.example"


def test_a_request_of_before_that_kept_no_number_is_answered_unless_another_asked_for_this_one() -> None:
    for later, hears in (((), "0@werkgever.example"), ((L77,), "0@werkgever.example"), ((L01,), "1@werkgever.example")):
        desk = asked_by(L01, *later)
        for key, document in desk.story.remembered.items():
            if isinstance(document, EmployerRequest):
                earlier = tuple(one.but(lhnr=None) for one in document.earlier)
                desk.story.remembered[key] = document.but(earlier=earlier) if later else document.but(lhnr=None)
        assert told(desk, by_processor(**L01)) == hears


def test_neither_a_namesake_with_another_contract_nor_a_stranger_without_one_lets_it_be_registered() -> None:
    stranger = {"loonheffingennummer": "111222333L02", "company_name": "Slagerij De Worst B.V."}
    desk = asked_by({"loonheffingennummer": "111222333L01", "raamwerkcontractnummer": "A0209999"}, stranger)
    desk.confirm()
    numbers = {"loonheffingennummer": None, "raamwerkcontractnummer": "A0201111"}
    desk.form("bakery", by_processor_with_exact("bakery", **numbers))
    (held,) = desk.heard(RegistrationHeld, "bakery")
    assert (held.waits_for, held.employer_email) == (("EMPLOYER_REQUEST",), None)
    desk.form("request", link_request())
    assert desk.is_live("bakery")


def test_who_registers_over_the_web_service_brings_its_processor_s_credentials() -> None:
    desk = Desk.linked(package="loket_webservice")
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    registration = submitted.registration
    assert {one.name: one.value for one in registration.identifiers} == {
        "username": "Webservice#01",
        "environment_code": "4711",
    }
    (secret,) = registration.connections[0].secrets
    assert (secret.purpose, secret.bound_to) == ("password", SealedFor(registration="processor", connection=0))


def test_a_processor_without_those_credentials_does_not_open_that_gate() -> None:
    desk = Desk()
    desk.form(
        "processor",
        {"kind": "processor_registration", "package": "exact", "company_name": "Noord", "email": PROCESSOR_EMAIL},
    )
    desk.review("processor")
    desk.form("request", link_request())
    desk.form("bakery", by_processor(package="loket_webservice"))
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("PROCESSOR_CONFIRMATION",)


def test_a_processor_registers_once_with_each_package() -> None:
    desk = Desk.with_open_gates()
    desk.form("again", processor("again", email=PROCESSOR_EMAIL.upper()))
    (rejected,) = desk.heard(RegistrationRejected, "again")
    assert [(fault.field, fault.code) for fault in rejected.faults] == [("email", "ALREADY_REGISTERED")]
    assert (rejected.email or "").casefold() == PROCESSOR_EMAIL, "it is told so"


def test_what_is_held_is_reminded_and_lapses_and_its_connections_are_free() -> None:
    desk = Desk.asked()
    desk.form("bakery", by_processor())
    start = desk.story.now
    desk.lapse("bakery")
    assert desk.story.now == start + desk.terms.lapse
    reminders = desk.heard(RegistrationHeld, "bakery")
    assert [one.number for one in reminders] == list(range(9))
    assert {one.lapses_on for one in reminders} == {amsterdam_day(desk.story.now)}, "the day that the mail names"
    assert {one.employer_email for one in reminders} == {"directie@dekorst.example"}
    assert desk.heard(RegistrationEnded, "bakery")[0].reason == "lapsed"
    assert desk.holders() == []
    desk.form("later", by_processor())
    assert desk.intake("later").answer == "held"


def test_what_waits_for_something_new_says_so_at_once_and_is_reminded_of_a_week_later() -> None:
    desk = Desk.with_open_gates()
    desk.review("processor", "declined")
    desk.form("bakery", by_processor())
    desk.correct("away", "request", kind="withdrawal")
    desk.story.now += timedelta(days=3)
    desk.review("processor")
    desk.due("bakery")
    heard = [(one.number, one.waits_for) for one in desk.heard(RegistrationHeld, "bakery")]
    waits: tuple[str, ...] = ("EMPLOYER_REQUEST",)
    assert heard == [(0, ("PROCESSOR_CONFIRMATION",)), (1, waits), (2, waits)]
    assert desk.story.now == NOW + timedelta(days=10)
    desk.review("processor", "declined")
    desk.due("bakery")
    assert desk.intake("bakery").waits == ("PROCESSOR_CONFIRMATION", *waits)
    desk.review("processor")
    assert desk.intake("bakery").waits == waits


@given(st.permutations(["apply", "review", "request", "register", "register 2", "request 2"]), st.data())
def test_in_whatever_order_and_however_often_nothing_is_lost_and_nothing_twice(
    order: list[str], data: st.DataObject
) -> None:
    steps = {
        **STEPS,
        "register 2": lambda desk: desk.form(
            "garage", by_processor(loonheffingennummer="111222333L01", connections=[{"employer_code": "2"}])
        ),
        "request 2": lambda desk: desk.form("request-2", link_request(loonheffingennummer="111222333L01")),
    }
    desk = Desk()
    for step in [*order, *data.draw(st.lists(st.sampled_from(order), max_size=6)), "review"]:
        steps[step](desk)
    assert len(desk.heard(RegistrationSubmitted, "bakery")) == 1
    assert len(desk.heard(RegistrationSubmitted, "garage")) == 1
    assert desk.holders() == ["bakery", "garage"]


def test_a_confirmed_processor_that_renews_its_password_stays_confirmed() -> None:
    desk = Desk.with_open_gates()
    desk.correct("renewal", "processor", password=token(0, "renewal", "password"))
    assert desk.intake("processor").answer == "confirmed"
    assert [one.cycle for one in desk.heard(ProcessorConfirmed, "processor")] == [1, 2]
    assert len(desk.heard(ProcessorApplied, "processor")) == 1
    desk.form("bakery", by_processor(package="loket_webservice"))
    (heard,) = desk.heard(RegistrationSubmitted, "bakery")
    assert heard.registration.connections[0].secrets[0].token == token(0, "renewal", "password")


def test_a_confirmed_processor_takes_its_confirmation_to_its_new_address() -> None:
    desk = Desk.with_open_gates()
    desk.correct("moved", "processor", email="zuid@kantoor.example")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("PROCESSOR_CONFIRMATION",)
    desk.form("request-2", link_request(processor_email="zuid@kantoor.example"))
    desk.correct("moved-too", "bakery", email="zuid@kantoor.example")
    assert desk.is_live("bakery")
    desk.form("successor", processor("successor"))
    assert desk.intake("successor").answer == "applied"


def test_a_processor_that_moved_goes_on_with_its_employers_when_they_are_imported_with_its_new_address() -> None:
    desk = Desk.linked()
    desk.correct("moved", "processor", email="zuid@kantoor.example")
    desk.correct("moved-too", "bakery", email="zuid@kantoor.example")
    desk.form("branch", by_processor(connections=[{"employer_code": "2"}]) | {"email": "zuid@kantoor.example"})
    assert (desk.intake("bakery").waits, desk.intake("branch").waits) == (("EMPLOYER_REQUEST",),) * 2
    row = ClientRow("zuid@kantoor.example", "A0201234", "123456782L01")
    for key in gates_of(row):
        desk.story.remembered[Gate.at(key)] = Gate(open=True)
    desk.review("processor", "declined", email=PROCESSOR_EMAIL)  # of no effect, and whoever may go on is woken
    assert (desk.intake("bakery").answer, desk.intake("branch").answer) == ("submitted", "submitted")


def test_a_confirmed_processor_under_another_name_is_reviewed_again() -> None:
    desk = Desk.with_open_gates()
    desk.correct("renamed", "processor", company_name="Kantoor Zuid")
    assert desk.intake("processor").answer == "applied"
    desk.form("bakery", by_processor())
    assert not desk.is_live("bakery")
    desk.review("processor")
    assert desk.is_live("bakery")
