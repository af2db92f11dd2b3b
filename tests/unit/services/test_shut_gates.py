"""Gates that shut again: by a verdict, a withdrawal or another request; and corrections that wait for one."""

from typing import Any

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, by_processor_with_exact, link_request
from typed_forms import loket, processor, token

from schemas.events import (
    CorrectionRefused,
    ProcessorConfirmed,
    ProcessorDeclined,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationSubmitted,
)
from services.intake import gate
from services.intake.documents import Intake
from services.intake.employer_request import ASKERS_MAX, EmployerRequest
from stream.document import Gate

AWAY: tuple[dict[str, Any], ...] = ({"kind": "withdrawal"}, {"processor_email": "zuid@kantoor.example"})
"""Either ends a request with this processor."""


def test_each_verdict_counts_and_those_of_the_next_form_count_anew() -> None:
    desk = Desk.told("processor", processor("processor"))
    for verdict in ("confirmed", "declined", "confirmed"):
        desk.review("processor", verdict)
    assert [one.review for one in desk.heard(ProcessorConfirmed, "processor")] == [1, 3]
    assert [one.review for one in desk.heard(ProcessorDeclined, "processor")] == [2]
    desk.correct("renewal", "processor", password=token(0, "renewal", "password"))
    assert [(one.cycle, one.review) for one in desk.heard(ProcessorConfirmed, "processor")] == [(1, 1), (1, 3), (2, 1)]
    desk.review("processor", "declined")
    assert [(one.cycle, one.review) for one in desk.heard(ProcessorDeclined, "processor")] == [(1, 2), (2, 1)]
    desk.review("processor")
    assert desk.heard(ProcessorConfirmed, "processor")[-1].review == 2


def withdraw(desk: Desk, whose: str) -> None:
    desk.correct(f"away-{whose}", whose, kind="withdrawal")


def test_a_request_that_is_withdrawn_or_names_another_processor_now_opens_nothing_any_more() -> None:
    for change in AWAY:
        desk = Desk.with_open_gates()
        desk.correct("change", "request", **change)
        desk.form("bakery", by_processor())
        (held,) = desk.heard(RegistrationHeld, "bakery")
        assert (held.waits_for, held.employer_email) == (("EMPLOYER_REQUEST",), None)


def test_a_request_that_was_asked_once_more_outlives_the_withdrawal_of_the_first() -> None:
    desk = Desk.with_open_gates()
    desk.form("request-2", link_request())
    withdraw(desk, "request")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_a_request_outlives_another_that_is_withdrawn_or_goes_to_another_processor() -> None:
    for change in AWAY:
        desk = Desk.with_open_gates()
        desk.form("request-2", link_request(email="ander@bakkerij.example"))
        desk.correct("change", "request-2", **change)
        desk.form("bakery", by_processor())
        assert desk.heard(RegistrationSubmitted, "bakery")
        withdraw(desk, "request")
        desk.form("garage", by_processor(connections=[{"employer_code": "2"}]))
        (held,) = desk.heard(RegistrationHeld, "garage")
        assert (held.waits_for, held.employer_email) == (("EMPLOYER_REQUEST",), None)


def test_an_employer_of_the_file_of_clients_stays_let_in_when_its_own_request_is_withdrawn() -> None:
    desk = Desk()
    for key in (gate.of_processor(PROCESSOR_EMAIL), *gate.of_numbers(PROCESSOR_EMAIL, "123456782L01", "A0201234")):
        desk.story.remembered[Gate.at(key)] = Gate(open=True)
    for number in (1, 2):
        desk.form(f"request-{number}", link_request())
        withdraw(desk, f"request-{number}")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_of_very_many_requests_the_first_are_remembered() -> None:
    desk = Desk.with_open_gates()
    for number in range(2 * ASKERS_MAX):
        desk.form(f"again-{number}", link_request())
    (key, *_) = gate.of_numbers(PROCESSOR_EMAIL, "123456782L01", "A0201234")
    asked = [one.submission for one in desk.story.document(EmployerRequest, key).askers]
    assert (len(asked), asked[0]) == (ASKERS_MAX, "request")


def test_a_processor_that_withdraws_registers_nobody_until_it_is_confirmed_anew() -> None:
    desk = Desk.with_open_gates()
    withdraw(desk, "processor")
    desk.form("bakery", by_processor(package="loket_webservice"))
    assert desk.heard(RegistrationHeld, "bakery")[0].waits_for == ("PROCESSOR_CONFIRMATION",)
    desk.confirm("processor-2")
    (heard,) = desk.heard(RegistrationSubmitted, "bakery")
    assert heard.registration.connections[0].secrets[0].token == token(0, "processor-2", "password")


def test_a_processor_that_was_let_in_before_stays_so_when_it_registers_corrects_itself_or_leaves_again() -> None:
    desk = Desk()
    key = Gate.at(gate.of_processor(PROCESSOR_EMAIL))
    desk.story.remembered[key] = Gate(open=True)
    desk.form("processor", processor("processor"))
    desk.correct("fix", "processor", company_name="Kantoor Zuid")
    desk.correct("away", "processor", cycle=2, kind="withdrawal")
    assert desk.story.document(Gate, key.key).open


def test_a_processor_is_confirmed_as_long_as_it_is_with_one_of_its_packages() -> None:
    desk = Desk.with_open_gates()
    desk.form("processor-exact", without_credentials("exact"))
    desk.review("processor-exact", "declined")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")
    desk.review("processor", "declined")
    desk.form("garage", by_processor(loonheffingennummer="111222333L01", connections=[{"employer_code": "2"}]))
    assert "PROCESSOR_CONFIRMATION" in desk.heard(RegistrationHeld, "garage")[0].waits_for


def without_credentials(package: str = "loket") -> dict[str, Any]:
    form = {"kind": "processor_registration", "package": package, "company_name": "Kantoor Noord"}
    return form | {"email": PROCESSOR_EMAIL}


def garage(**changes: Any) -> dict[str, Any]:
    return by_processor(connections=[{"employer_code": "2"}], **changes)


def test_a_confirmed_processor_without_credentials_registers_with_all_but_the_package_that_needs_them() -> None:
    desk = Desk.told("processor", without_credentials())
    desk.form("request", link_request())
    desk.form("bakery", by_processor())
    desk.form("garage", garage(package="loket_webservice"))
    for held in ("bakery", "garage"):
        assert desk.heard(RegistrationHeld, held)[0].waits_for == ("PROCESSOR_CONFIRMATION",)
    desk.review("processor")
    desk.form("workshop", by_processor_with_exact("workshop"))
    assert desk.heard(RegistrationSubmitted, "bakery")
    assert desk.heard(RegistrationSubmitted, "workshop")
    assert not desk.heard(RegistrationSubmitted, "garage")


def test_one_that_registers_its_web_service_user_later_stays_confirmed_whatever_becomes_of_that() -> None:
    desk = Desk.told("processor", without_credentials())
    desk.review("processor")
    desk.form("request", link_request())
    desk.form("garage", garage(package="loket_webservice"))
    desk.form("with-user", processor("with-user"))
    desk.review("with-user", "declined")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")
    assert not desk.heard(RegistrationSubmitted, "garage")
    desk.review("with-user")
    (submitted,) = desk.heard(RegistrationSubmitted, "garage")
    assert submitted.registration.connections[0].secrets[0].token == token(0, "with-user", "password")
    desk.correct("renewal", "with-user", password=token(0, "renewal", "password"))
    withdraw(desk, "processor")
    desk.form("shop", by_processor(connections=[{"employer_code": "3"}]))
    assert desk.heard(RegistrationSubmitted, "shop")


def test_a_correction_that_waits_too_long_lapses_alone() -> None:
    desk = Desk.linked()
    before = desk.intake("bakery")
    desk.correct("moved", "bakery", email="zuid@kantoor.example", connections=[{"employer_code": "2"}])
    assert len(desk.intake("bakery").claims) == 2
    desk.lapse("bakery")
    after = desk.intake("bakery")
    assert after == before.but(cycle=3, since=desk.story.now, reminders=after.reminders)
    assert desk.heard(RegistrationEnded, "bakery") == []
    (refused,) = desk.heard(CorrectionRefused, "bakery")
    assert refused.submission == "moved"
    assert [one.code for one in refused.faults] == ["LAPSED"]
    desk.form("other", loket(connections=[{"employer_code": "2"}]))
    assert desk.intake("other").answer == "submitted"
    desk.correct("again", "bakery", cycle=3, company_name="Bakkerij Nieuw")
    assert [one.cycle for one in desk.heard(RegistrationSubmitted, "bakery")] == [1, 4]


def with_a_change_of_address_that_waits(email: str = "typo@elders.example", **changes: Any) -> Desk:
    """A live registration, and a correction that gives another address and is held."""
    desk = Desk.linked()
    withdraw(desk, "request")
    desk.correct("moved", "bakery", email=email, **changes)
    assert desk.intake("bakery").answer == "held"
    return desk


@pytest.mark.parametrize("end", ["lapses", "fails"])
def test_the_code_of_an_address_that_was_never_accepted_is_old_and_whose_it_is_gets_the_one_that_counts(
    end: str,
) -> None:
    desk = with_a_change_of_address_that_waits()
    if end == "lapses":
        desk.lapse("bakery")
    else:
        form = desk.intake("bakery").form or {}
        key = Intake.at("bakery")
        # A form that an earlier release found right, and this one does not.
        desk.story.remembered[key] = desk.intake("bakery").but(form={**form, "frequency": "never"})
        desk.form("request-2", link_request(processor_email="typo@elders.example"))
    (refused,) = desk.heard(CorrectionRefused, "bakery")
    assert (refused.applicant.email, refused.cycle, refused.lapsed) == (PROCESSOR_EMAIL, 3, True)
    assert refused.moving_to == "typo@elders.example"
    desk.correct("stranger", "bakery", cycle=2, kind="withdrawal")
    assert (desk.intake("bakery").answer, desk.intake("bakery").wrong_codes) == ("submitted", 1)
    desk.correct("away", "bakery", cycle=3, kind="withdrawal")
    assert desk.intake("bakery").ended == "withdrawn"


def test_an_address_that_a_correction_was_to_move_to_hears_that_it_is_left_once_it_is() -> None:
    desk = with_a_change_of_address_that_waits()
    desk.correct("more", "bakery", cycle=2, email="TYPO@elders.example", thirteenth_month=True)
    desk.correct("mended", "bakery", cycle=3, email="zuid@kantoor.example")
    left = [one.moved_from for one in desk.heard(RegistrationHeld, "bakery")]
    assert left == [None, None, "TYPO@elders.example"]


def test_a_correction_that_gives_the_address_in_capitals_leaves_the_code_as_it_is_when_it_lapses() -> None:
    desk = with_a_change_of_address_that_waits(PROCESSOR_EMAIL.upper())
    desk.lapse("bakery")
    assert [(one.cycle, one.moving_to) for one in desk.heard(CorrectionRefused, "bakery")] == [(2, None)]


def test_whose_registration_it_is_hears_that_it_was_withdrawn_while_a_change_of_address_waited() -> None:
    desk = with_a_change_of_address_that_waits(company_name="Bakkerij Elders")
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "bakery")
    assert (ended.applicant.email, ended.applicant.company_name) == (PROCESSOR_EMAIL, "Bakkerij De Korst B.V.")


@pytest.mark.parametrize("shuts", ["declined", "withdrawn"])
def test_a_reminder_names_what_is_waited_for_by_then_and_that_wakes_it(shuts: str) -> None:
    desk = Desk()
    desk.confirm()
    desk.form("bakery", by_processor())
    desk.review("processor", "declined") if shuts == "declined" else withdraw(desk, "processor")
    desk.due("bakery")
    desk.due("bakery")
    both = ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")
    told = [(one.waits_for, one.is_reminder) for one in desk.heard(RegistrationHeld, "bakery")]
    assert told == [(("EMPLOYER_REQUEST",), False), (both, False), (both, True)]
    desk.form("request", link_request())
    assert desk.intake("bakery").waits == ("PROCESSOR_CONFIRMATION",)
    desk.form("processor-2", processor("processor-2")) if shuts == "withdrawn" else None
    desk.review("processor-2" if shuts == "withdrawn" else "processor")
    assert desk.heard(RegistrationSubmitted, "bakery")
