"""A correction that makes a registration another employer's: who was told of it before hears that it is left."""

from typing import Any

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, by_processor_with_exact, link_request
from told import all_told, mails_of

from schemas.events import RegistrationEnded, RegistrationHeld, RegistrationSubmitted
from schemas.ids import reference
from schemas.values import Applicant
from services.intake import gate
from services.intake.found_numbers import FoundNumbers
from stream.document import Gate

EMPLOYER, OTHER_EMPLOYER = "directie@dekorst.example", "baas@b.example"
OTHER: dict[str, Any] = {"loonheffingennummer": "111222333L01", "company_name": "B B.V."}


@pytest.fixture
def desk() -> Desk:
    """A link that a processor has registered, of an employer that was told; another one asks as well."""
    desk = Desk.with_open_gates()
    desk.form("other", link_request(email=OTHER_EMPLOYER, **OTHER))
    desk.form("bakery", by_processor())
    return desk


def last(desk: Desk) -> RegistrationSubmitted:
    return desk.heard(RegistrationSubmitted, "bakery")[-1]


def left(desk: Desk) -> str | None:
    said = last(desk).left
    return said.email if said else None


def test_the_one_that_is_left_is_named_by_what_it_knew_and_the_other_is_told_from_then_on(desk: Desk) -> None:
    assert left(desk) is None
    desk.correct("typo", "bakery", **OTHER)
    known = {"reference": reference("bakery"), "company_name": "Bakkerij De Korst B.V.", "package": "loket"}
    assert last(desk).left == Applicant(email=EMPLOYER, **known)
    assert last(desk).employer_email == OTHER_EMPLOYER
    desk.correct("fix", "bakery", cycle=2, frequency="four_weeks")
    assert left(desk) is None


def test_one_that_is_known_by_its_name_alone_is_left_when_another_name_is_given(desk: Desk) -> None:
    desk.form("garage", by_processor_with_exact("garage", loonheffingennummer=None, raamwerkcontractnummer=None))
    desk.correct("typo-2", "garage", company_name="B B.V.")
    said = desk.heard(RegistrationSubmitted, "garage")[-1]
    assert (said.left and said.left.email, said.employer_email) == (EMPLOYER, OTHER_EMPLOYER)


def test_it_reads_so_in_a_mail_of_its_own_that_names_nobody_else(desk: Desk) -> None:
    desk.correct("typo", "bakery", **OTHER)
    _, mail = mails_of(last(desk))
    assert (mail.kind, mail.role, mail.occasion) == ("registration-ended", "employer", "cycle 2")
    assert mail.payload["email"] == EMPLOYER
    _, text = all_told(last(desk))
    assert "zij is nu voor een andere werkgever of een ander nummer" in text
    assert not [word for word in ("B B.V.", "111222333", "Code:") if word in text]


@pytest.mark.parametrize("number", ["123456782L01", None])
def test_one_that_asks_no_more_is_not_left_by_a_correction_of_something_else(number: str | None) -> None:
    desk = Desk()
    desk.confirm()
    for key in gate.of_numbers(PROCESSOR_EMAIL, "123456782L01", "A0201234"):
        desk.story.remembered[Gate.at(key)] = Gate(open=True)  # by the file of clients
    desk.form("request", link_request(raamwerkcontractnummer="A0201234"))
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=number))
    desk.correct("asks-no-more", "request", kind="withdrawal")
    desk.correct("fix", "bakery", thirteenth_month=True)
    assert (last(desk).cycle, last(desk).employer_email, left(desk)) == (2, None, None)
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    assert [one.employer_email for one in desk.heard(RegistrationEnded, "bakery")] == [EMPLOYER]


@pytest.mark.parametrize("asks", [True, False])
def test_one_that_was_only_told_that_it_waits_hears_so_when_another_s_waits_instead(*, asks: bool) -> None:
    desk = Desk.asked()
    if asks:
        desk.form("other", link_request(email=OTHER_EMPLOYER, **OTHER))
    desk.form("bakery", by_processor())
    desk.correct("typo", "bakery", **OTHER)
    held = desk.heard(RegistrationHeld, "bakery")[-1]
    assert held.left == Applicant(
        reference=reference("bakery"), email=EMPLOYER, company_name="Bakkerij De Korst B.V.", package="loket"
    )
    told = [(one.kind, one.payload["email"]) for one in mails_of(held) if one.role == "employer"]
    assert told == [("registration-ended", EMPLOYER), ("registration-held", OTHER_EMPLOYER)][: 1 + asks]
    desk.due("bakery")
    desk.confirm()
    assert not [one for one in desk.heard(RegistrationHeld, "bakery") if one.left and one != held]
    assert not [one for one in desk.heard(RegistrationSubmitted, "bakery") if one.left]


def test_while_the_correction_waits_nobody_is_left(desk: Desk) -> None:
    desk.review("processor", "declined")
    desk.correct("typo", "bakery", **OTHER)
    assert (desk.intake("bakery").answer, left(desk)) == ("held", None)
    assert not [one for one in desk.heard(RegistrationHeld, "bakery") if one.left]
    desk.correct("address", "request", email="nieuw@dekorst.example")
    desk.review("processor")
    assert left(desk) == "nieuw@dekorst.example"


@pytest.mark.parametrize(
    "change", [{"company_name": "De Korst"}, {"frequency": "four_weeks"}, {"email": "zuid@kantoor.example"}]
)
def test_a_correction_of_the_rest_leaves_nobody(change: dict[str, Any], desk: Desk) -> None:
    desk.correct("address", "request", email="nieuw@dekorst.example")
    desk.correct("fix", "bakery", **change)
    assert left(desk) is None


def test_nor_does_one_to_a_number_for_which_the_same_employer_asks(desk: Desk) -> None:
    desk.form("sub", link_request(email=EMPLOYER.upper(), loonheffingennummer="123456782L02"))
    desk.correct("sub-number", "bakery", loonheffingennummer="123456782L02")
    assert left(desk) is None


@pytest.mark.parametrize("waits", [False, True])
def test_who_is_known_by_its_contract_is_left_once_its_number_was_found(*, waits: bool) -> None:
    desk = Desk.with_open_gates()
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=None))
    if waits:
        desk.review("processor", "declined")
        desk.correct("fix", "bakery", frequency="four_weeks")
    found = FoundNumbers(1, "A0201234", "123456782L01")
    desk.tell("bakery", found.text)
    desk.form("other", link_request(email=OTHER_EMPLOYER, **OTHER))
    desk.review("processor")
    desk.correct("typo", "bakery", cycle=2 if waits else 1, **OTHER)
    assert left(desk) == EMPLOYER


def test_who_is_the_processor_itself_is_not_told_twice(desk: Desk) -> None:
    desk.correct("address", "request", email=PROCESSOR_EMAIL)
    desk.correct("typo", "bakery", **OTHER)
    assert [one.role for one in mails_of(last(desk))] == ["applicant"]


SECRET: dict[str, Any] = {"raamwerkcontractnummer": "A0209999", "company_name": "Garage Geheim B.V."}


def known_by_its_contract() -> Desk:
    """The link of an employer whose registration has no number but its contract's; a.s.r. lets another one in."""
    desk = Desk.with_open_gates()
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=None))
    gates = gate.of_numbers(PROCESSOR_EMAIL, "111222333L01", "A0209999")
    desk.story.remembered |= {Gate.at(one): Gate(open=True) for one in gates}
    return desk


def test_who_is_known_by_its_contract_is_left_for_another_contract_and_hears_no_more() -> None:
    desk = known_by_its_contract()
    desk.correct("typo", "bakery", **SECRET)
    assert (left(desk), desk.intake("bakery").employer) == (EMPLOYER, None)
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    assert desk.heard(RegistrationEnded, "bakery")[-1].employer_email is None


def test_nor_does_it_hear_of_such_a_correction_that_waits_and_lapses() -> None:
    desk = known_by_its_contract()
    desk.review("processor", "declined")
    desk.correct("typo", "bakery", **SECRET)
    assert desk.intake("bakery").employer is None
    assert [one.employer_email for one in desk.heard(RegistrationHeld, "bakery")] == [None]


def test_nor_is_it_left_by_a_correction_that_brings_its_number_when_nobody_asks_any_more() -> None:
    desk = known_by_its_contract()
    desk.form("other", link_request(email=OTHER_EMPLOYER))
    desk.correct("away", "request", kind="withdrawal")
    desk.correct("number", "bakery", loonheffingennummer="123456782L01")
    assert left(desk) is None
