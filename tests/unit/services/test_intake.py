from typing import Any

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st
from intake_desk import refusal
from stories import OTHER_REGISTRATION, Story
from typed_forms import REGISTRATION, exact, loket, raet, received

from payroll.check import check_form
from payroll.form import Form
from schemas.codec import decode
from schemas.events import (
    FormReceived,
    LinkRequested,
    ProcessorApplied,
    ProvisioningRefused,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.example import Example, examples
from schemas.foreign_json import Defect, DefectCode
from schemas.ids import RegistrationId, reference
from services.intake import claim_key
from services.intake.decide import service
from services.intake.documents import Claim, Intake, Reference
from services.intake.keylane_claims import NOTHING_TO_GIVE_BACK
from services.intake.terms import Terms
from stream.document import Gate
from stream.service import Ignore


def story() -> Story:
    return Story(service(Terms()))


def with_open_gates(form: FormReceived, about: RegistrationId, intake: Story) -> Story:
    """Whatever this registration by a processor would wait for has come before."""
    if form.form.get("kind") == "employer_registration":
        gates = (key for key in intake.service.touches(form, about).documents if key.kind == Gate.kind)
        intake.remembered.update(dict.fromkeys(gates, Gate(open=True)))
    return intake


def accepted(intake: Story, form: dict[str, Any], about: RegistrationId = REGISTRATION) -> RegistrationSubmitted:
    """What is said of a form that is good and waits for nobody."""
    return with_open_gates(received(form), about, intake).only(RegistrationSubmitted, received(form), about)


def test_a_valid_form_becomes_a_registration_with_a_reference_and_numbered_connections() -> None:
    intake = story()
    submitted = intake.only(RegistrationSubmitted, received(raet(loonheffingennummer=" 123456782 l01 ")))
    assert submitted.cycle == 1
    assert submitted.registration.reference == reference(REGISTRATION)
    assert submitted.registration.loonheffingennummer == "123456782L01"
    assert [one.connection for one in submitted.registration.connections] == [1, 2]
    assert [one.secrets[0].purpose for one in submitted.registration.connections] == ["client_secret"] * 2
    assert intake.document(Intake).answer == "submitted"
    assert intake.document(Reference, reference(REGISTRATION)).registration == REGISTRATION


def test_what_a_reviewer_should_look_at_is_remembered() -> None:
    intake = story()
    intake.said(received(loket(raamwerkcontractnummer="B1234567")))
    assert intake.document(Intake).warnings == ("raamwerkcontractnummer CONTRACT_NUMBER_UNUSUAL",)


def test_a_wrong_form_is_rejected_with_every_fault_and_what_is_valid_of_it() -> None:
    intake = story()
    form = loket(loonheffingennummer="123456789L01", frequency="week", company_name="\u202eevil")
    rejected = intake.only(RegistrationRejected, received(form))
    assert {(fault.field, fault.code) for fault in rejected.faults} == {
        ("loonheffingennummer", "LHNR_CHECK_DIGIT"),
        ("frequency", "UNKNOWN_FREQUENCY"),
        ("company_name", "CONTROL_CHARACTER"),
    }
    assert (rejected.email, rejected.company_name, rejected.package) == ("salaris@dekorst.example", None, "loket")
    assert intake.document(Intake).answer == "rejected"


def test_defects_of_the_json_are_faults_and_a_field_that_stands_twice_is_not_known() -> None:
    defects = (Defect(code=DefectCode.DUPLICATE_KEY, key="email"), Defect(code=DefectCode.NOT_FINITE))
    rejected = story().only(RegistrationRejected, received(loket(), defects=defects))
    assert [(fault.field, fault.code) for fault in rejected.faults] == [
        ("email", "DUPLICATE_KEY"),
        ("form", "NOT_FINITE"),
    ]
    assert rejected.email is None


def test_the_first_body_of_a_submission_wins() -> None:
    intake = story()
    intake.said(received(loket(frequency="week")))
    assert intake.when(received(loket())) == Ignore("ALREADY_DECIDED")


@pytest.mark.parametrize("lhnr", ["123456782L01", ""])
def test_a_connection_that_somebody_holds_is_not_given_out_twice(lhnr: str) -> None:
    intake = story()
    intake.said(received(exact(loonheffingennummer=lhnr)))
    second = exact(registration=OTHER_REGISTRATION, loonheffingennummer=lhnr, company_name="Een Ander")
    rejected = intake.only(RegistrationRejected, received(second), about=OTHER_REGISTRATION)
    assert [(fault.field, fault.code) for fault in rejected.faults] == [
        ("connections.0.employer_code", "ALREADY_REGISTERED")
    ]
    assert "Korst" not in rejected.model_dump_json()


def test_only_the_connections_that_are_taken_are_named() -> None:
    intake = story()
    one = raet()
    one["connections"] = [one["connections"][0]]
    intake.said(received(one))
    rejected = intake.only(
        RegistrationRejected, received(raet(registration=OTHER_REGISTRATION)), about=OTHER_REGISTRATION
    )
    assert [fault.field for fault in rejected.faults] == ["connections.0.employer_code"]


def test_without_any_number_nobody_is_in_the_way() -> None:
    intake = story()
    numberless: dict[str, Any] = {"loonheffingennummer": None, "raamwerkcontractnummer": ""}
    accepted(intake, exact(**numberless))
    assert accepted(intake, exact(registration=OTHER_REGISTRATION, **numberless), OTHER_REGISTRATION)


def give_back(intake: Story, refused: ProvisioningRefused) -> None:
    """It is noted, and done once the registration wakes."""
    assert intake.said(refused) == ()
    woken = intake.opened()
    assert intake.said(woken) == ()
    assert intake.when(woken) == NOTHING_TO_GIVE_BACK


@pytest.mark.parametrize(
    ("form", "refused"),
    [
        (loket(), refusal(REGISTRATION, "8106625")),
        (exact(loonheffingennummer=None), refusal(REGISTRATION, "12", loonheffingennummer=None)),
        (
            exact(loonheffingennummer=None),
            refusal(REGISTRATION, "12", loonheffingennummer="850000002L01"),
        ),
    ],
)
def test_a_refused_connection_can_be_registered_again(form: dict[str, Any], refused: ProvisioningRefused) -> None:
    intake = story()
    accepted(intake, form)
    give_back(intake, refused)
    again = exact(registration=OTHER_REGISTRATION, loonheffingennummer=None) if form["package"] == "exact" else form
    assert accepted(intake, again, OTHER_REGISTRATION)


def test_a_late_refusal_frees_nothing_that_somebody_else_holds_by_then() -> None:
    intake = story()
    intake.said(received(loket()))
    give_back(intake, refusal(REGISTRATION, "8106625"))
    accepted(intake, loket(), OTHER_REGISTRATION)
    give_back(intake, refusal(REGISTRATION, "8106625"))
    (claim,) = (one for one in intake.remembered.values() if isinstance(one, Claim))
    assert claim.registration == OTHER_REGISTRATION


def test_a_refusal_that_a_correction_has_overtaken_frees_nothing() -> None:
    intake = story()
    intake.said(received(loket()))
    for kept in ({"cycle": 2, "submitted": 2}, {"cycle": 2, "submitted": 0}):
        intake.remembered[Intake.at(REGISTRATION)] = intake.document(Intake).but(**kept)
        assert intake.when(refusal(REGISTRATION, "8106625")) == NOTHING_TO_GIVE_BACK


def test_a_reference_that_another_registration_has_is_not_given_out_again() -> None:
    intake = story()
    taken = reference(REGISTRATION)
    intake.remembered[Reference.at(taken)] = Reference(registration=OTHER_REGISTRATION)
    rejected = intake.only(RegistrationRejected, received(loket()))
    assert ([fault.code for fault in rejected.faults], rejected.correctable) == (["REFERENCE_TAKEN"], False)
    assert intake.document(Reference, taken).registration == OTHER_REGISTRATION


NAME_ANOTHER = ("correction", "withdrawal", "supersedes")
FORMS = [
    one
    for one in examples()
    if one.event.name == FormReceived.name and not one.parked and not one.path.name.startswith(NAME_ANOTHER)
]


@each(FORMS)
def test_every_example_of_a_form_is_answered_as_it_says(example: Example) -> None:
    decoded = decode(example.event.name, example.headers, example.value)
    assert isinstance(decoded.event, FormReceived)
    intake = with_open_gates(decoded.event, RegistrationId(decoded.envelope.subject), story())
    (said,) = intake.said(decoded.event, about=decoded.envelope.subject)
    if example.good:
        assert isinstance(said, RegistrationSubmitted | LinkRequested | ProcessorApplied)
    else:
        assert isinstance(said, RegistrationRejected)
        assert {(fault.field, fault.code) for fault in said.faults} == set(example.answered)


spaces = st.text(" .-", max_size=3)


@st.composite
def typed_numbers(draw: st.DrawFn) -> dict[str, Any]:
    sloppy = f"{draw(spaces)}1234{draw(spaces)}56782{draw(spaces)}{draw(st.sampled_from('lL'))}01"
    typed: list[Any] = [sloppy, None, "", " ", 7, "123", [], {"a": 1}]
    lhnr = draw(st.sampled_from(typed))
    contract = draw(st.sampled_from(["a020 1234", "A0201234", None, "", "x", 5]))
    code = draw(st.sampled_from([" 12", "12 ", "12", "0012", None, "", "a", 12, ["12"]]))
    form = exact(loonheffingennummer=lhnr, raamwerkcontractnummer=contract)
    form["connections"][0]["employer_code"] = code
    return form


@given(typed_numbers())
def test_an_accepted_form_claims_what_was_touched_before_its_check(form: dict[str, Any]) -> None:
    checked = check_form(form, REGISTRATION)
    touched = claim_key.of_typed_form(form, REGISTRATION)
    if isinstance(checked, Form):
        assert touched == claim_key.of_form(checked, REGISTRATION)
    else:
        assert len(touched) <= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(raet())), json_values))
def test_any_object_is_answered_and_touches_little(form: dict[str, Any]) -> None:
    intake = story()
    (said,) = intake.said(received({**raet(), **form}))
    assert isinstance(said, RegistrationRejected | RegistrationSubmitted)
    assert len([key for key in intake.touched if key.kind == Claim.kind]) <= 50
