"""Corrections, withdrawals and what takes a registration's place: for whoever has the code, and nobody else."""

from typing import Any

import pytest
from intake_desk import CODES, PROCESSOR_EMAIL, Desk, by_processor, earlier, link_request
from typed_forms import loket, processor, raet, token

from schemas.events import (
    CorrectionRefused,
    FormReceived,
    LinkRequested,
    ProcessorApplied,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.foreign_json import Defect, DefectCode
from schemas.ids import RegistrationId, reference
from schemas.values import SealedFor
from services.intake.documents import Intake
from services.intake.handed_over import EARLY_ATTEMPTS
from services.intake.sentences import ALREADY_REGISTERED
from stream.service import Case, Emit, HandedOver, Park, WorkingSet


def accepted(**changes: Any) -> Desk:
    return Desk.told("bakery", loket(**changes))


def cycles(desk: Desk, about: str = "bakery") -> list[int]:
    return [event.cycle for event in desk.heard(RegistrationSubmitted, about)]


def codes_of(event: RegistrationRejected | CorrectionRefused) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in event.faults]


def test_a_rejected_form_is_put_right_by_the_one_field_that_was_wrong() -> None:
    desk = accepted(loonheffingennummer="123456789L01")
    (rejected,) = desk.heard(RegistrationRejected, "bakery")
    assert (rejected.cycle, rejected.correctable) == (1, True)
    desk.correct("fix", "bakery", loonheffingennummer="123456782L01")
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    assert (submitted.cycle, submitted.registration.loonheffingennummer) == (2, "123456782L01")
    assert desk.intake("fix").answer == "passed_on"
    assert desk.holders() == ["bakery"]


def test_a_form_with_a_clear_secret_is_not_kept_and_its_correction_is_whole() -> None:
    clear = [{"employer_code": "10000001", "client_secret": "not-sealed-at-all"}]
    desk = Desk.told("transport", raet(registration="transport") | {"connections": clear})
    assert desk.intake("transport").form == {"kind": "self_managed", "package": "raet"}
    desk.correct("fix", "transport", email="hr@transport.example")
    assert not desk.heard(RegistrationSubmitted, "transport")
    whole = {name: value for name, value in raet(registration="fix").items() if name not in ("kind", "package")}
    desk.correct("fix-2", "transport", **whole | {"connections": raet(registration="fix-2")["connections"]})
    (submitted,) = desk.heard(RegistrationSubmitted, "transport")
    bound = {secret.bound_to for one in submitted.registration.connections for secret in one.secrets}
    assert bound == {SealedFor(registration="fix-2", connection=1), SealedFor(registration="fix-2", connection=2)}


@pytest.mark.parametrize(
    "clear",
    [
        {"password": "in-clear"},
        {"wachtwoord": "in-clear"},
        {"extra": {"api_key": ["in-clear"]}},
        {"company_name": '{"secret": "in-clear"}', "frequency": "never"},
    ],
)
def test_a_clear_secret_under_a_name_that_nobody_asks_is_not_kept_either(clear: dict[str, Any]) -> None:
    desk = accepted(**clear)
    assert desk.heard(RegistrationRejected, "bakery")
    assert desk.intake("bakery").form == {"kind": "self_managed", "package": "loket"}


def test_done_on_my_side_begins_a_new_cycle_and_changes_nothing() -> None:
    desk = accepted()
    desk.correct("done", "bakery")
    first, second = desk.heard(RegistrationSubmitted, "bakery")
    assert (first.cycle, second.cycle) == (1, 2)
    assert first.registration == second.registration


def test_a_secret_is_renewed_for_one_connection() -> None:
    desk = Desk.told("transport", raet(registration="transport"))
    new = token(2, "renewal")
    desk.correct("renewal", "transport", connections=[{"connection": 2, "client_secret": new}])
    _, renewed = desk.heard(RegistrationSubmitted, "transport")
    first, second = (connection.secrets[0] for connection in renewed.registration.connections)
    assert (first.bound_to, second.bound_to) == (None, SealedFor(registration="renewal", connection=2))
    assert second.token == new
    desk.correct("later", "transport", cycle=2, email="hr@transport.example")
    assert cycles(desk, "transport") == [1, 2, 3]


def test_a_correction_s_secret_may_be_sealed_for_what_it_corrects() -> None:
    desk = Desk.told("transport", raet(registration="transport"))
    desk.correct("renewal", "transport", connections=[{"connection": 2, "client_secret": token(2, "transport")}])
    _, renewed = desk.heard(RegistrationSubmitted, "transport")
    assert [connection.secrets[0].bound_to for connection in renewed.registration.connections] == [None, None]


@pytest.mark.parametrize("kind", ["correction", "withdrawal"])
@pytest.mark.parametrize("code", ["AAAAA-AAAAA", CODES.code("garage", 1), CODES.code("bakery", 2)])
def test_a_wrong_code_changes_nothing_and_is_counted(kind: str, code: str) -> None:
    desk = accepted()
    before = desk.intake("bakery")
    for number in (1, 2):
        desk.form(f"guess-{number}", {"kind": kind, "reference": reference("bakery"), "code": code})
    assert desk.intake("bakery") == before.but(wrong_codes=2)
    assert len(desk.said) == 1


def test_a_code_is_old_when_it_was_used() -> None:
    desk = accepted()
    desk.correct("one", "bakery", cycle=1)
    desk.correct("two", "bakery", cycle=1)
    assert cycles(desk) == [1, 2]
    assert desk.intake("bakery").wrong_codes == 1


def test_a_correction_that_is_wrong_itself_is_answered_and_its_code_still_counts() -> None:
    desk = accepted()
    desk.correct("wrong", "bakery", loonheffingennummer="123456782L00", package="exact")
    (refused,) = desk.heard(CorrectionRefused, "bakery")
    assert (refused.cycle, refused.submission) == (1, "wrong")
    assert codes_of(refused) == [("package", "FIELD_NOT_ASKED")]
    desk.correct("wrong-2", "bakery", loonheffingennummer="123456782L00")
    assert codes_of(desk.heard(CorrectionRefused, "bakery")[1]) == [("loonheffingennummer", "LHNR_SUBNUMBER_ZERO")]
    desk.correct("right", "bakery", thirteenth_month=True)
    assert cycles(desk) == [1, 2]


@pytest.mark.parametrize(
    "named",
    [
        {"reference": "0VBH9BATYBX", "code": "x"},
        {"reference": reference("nobody"), "code": "x"},
        {"reference": reference("lost"), "code": "x"},
        {},
    ],
)
def test_a_correction_of_nothing_is_rejected_itself(named: dict[str, str]) -> None:
    desk = accepted()
    desk.form("lost", {"kind": "correction", **named}, attempt=EARLY_ATTEMPTS + 1)
    (rejected,) = desk.heard(RegistrationRejected, "lost")
    assert not rejected.correctable
    assert rejected.faults


def test_a_correction_that_is_read_before_its_form_is_tried_again_and_then_changes_it() -> None:
    desk = Desk()
    early = {"kind": "correction", **earlier("bakery"), "thirteenth_month": True}
    for attempt in range(1, EARLY_ATTEMPTS + 1):
        assert desk.form("early", early, attempt=attempt) == Park("REFERENCE_UNKNOWN", retry=True)
    desk.form("bakery", loket())
    desk.form("early", early, attempt=EARLY_ATTEMPTS + 1)
    assert cycles(desk) == [1, 2]


def test_a_correction_of_which_a_parser_had_to_guess_something_changes_nothing() -> None:
    desk = accepted()
    form = {"kind": "correction", **earlier("bakery"), "thirteenth_month": True}
    guessed = Defect(code=DefectCode.DUPLICATE_KEY, key="thirteenth_month")
    desk.take(FormReceived(submission_id="f-guess", form=form, defects=(guessed,)), "guess")
    assert codes_of(desk.heard(RegistrationRejected, "guess")[0]) == [("thirteenth_month", "DUPLICATE_KEY")]
    assert cycles(desk) == [1]


def test_a_reference_that_is_read_with_a_batch_is_a_registration_s_own() -> None:
    desk = accepted()
    correction = FormReceived(submission_id="f-fix", form={"kind": "correction", **earlier("bakery")})
    handed, read = HandedOver(correction, RegistrationId("fix")), WorkingSet(desk.story.remembered)
    case = Case[None](RegistrationId("bakery"), handed, None, read, None, desk.story.now)
    outcome = desk.story.service.decide(case)
    assert isinstance(outcome, Emit)
    assert [type(event) for event in outcome.events] == [RegistrationSubmitted]


def test_a_new_employer_code_claims_the_new_and_frees_the_old_once_keylane_has_it() -> None:
    desk = accepted()
    desk.correct("moved", "bakery", connections=[{"employer_code": "8106626"}])
    desk.at_keylane("bakery")
    desk.form("garage", loket())
    assert cycles(desk, "garage") == [1]
    assert desk.holders() == ["bakery", "garage"]


def test_a_correction_cannot_take_what_another_registration_has() -> None:
    desk = accepted()
    desk.form("garage", loket(connections=[{"employer_code": "8106626"}]))
    before = desk.intake("garage")
    desk.correct("steal", "garage", connections=[{"employer_code": "8106625"}])
    (refused,) = desk.heard(CorrectionRefused, "garage")
    assert codes_of(refused) == [("connections.0.employer_code", "ALREADY_REGISTERED")]
    assert refused.faults[0].message == ALREADY_REGISTERED, "it has not waited meanwhile"
    assert (desk.holders(), desk.intake("garage")) == (["bakery", "garage"], before)


def test_nor_can_one_after_a_correction_that_brought_a_secret() -> None:
    desk = Desk()
    theirs = [{"employer_code": "10000003", "client_secret": token(1, "theirs")}]
    desk.form("theirs", raet(registration="theirs", connections=theirs))
    desk.form("bakery", raet(registration="bakery"))
    desk.correct("secret", "bakery", connections=[{"client_secret": token(1, "secret")}])
    desk.correct("steal", "bakery", cycle=2, connections=[{"connection": 2, "employer_code": "10000003"}])
    assert codes_of(desk.heard(CorrectionRefused, "bakery")[0]) == [
        ("connections.1.employer_code", "ALREADY_REGISTERED")
    ]


def test_what_is_held_can_be_corrected_and_is_held_under_the_new_cycle() -> None:
    desk = Desk.told("bakery", by_processor())
    desk.correct("fix", "bakery", thirteenth_month=True)
    assert [held.cycle for held in desk.heard(RegistrationHeld, "bakery")] == [1, 2]
    desk.confirm()
    desk.form("request", link_request())
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    assert (submitted.cycle, submitted.registration.thirteenth_month) == (2, True)


def test_a_held_registration_that_its_owner_corrects_waits_anew() -> None:
    desk = Desk.told("bakery", by_processor())
    for _ in range(8):
        desk.due("bakery")
    desk.correct("fix", "bakery", thirteenth_month=True)
    (*_, corrected) = desk.heard(RegistrationHeld, "bakery")
    assert corrected.lapses_on == (desk.story.now + desk.terms.lapse).date()
    desk.due("bakery")
    assert desk.intake("bakery").answer == "held"


def test_processors_and_link_requests_are_corrected_too() -> None:
    desk = Desk.told("processor", processor("processor"))
    desk.correct("password", "processor", password=token(0, "password", "password"))
    assert [one.cycle for one in desk.heard(ProcessorApplied, "processor")] == [1, 2]
    desk.form("request", link_request())
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    assert [one.raamwerkcontractnummer for one in desk.heard(LinkRequested, "request")] == [None, "A0201234"]


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({"raamwerkcontractnummer": "A0201234"}, None),
        ({"email": "hr@dekorst.example"}, None),
        ({"processor_email": PROCESSOR_EMAIL}, None),
        ({"loonheffingennummer": "123456782L02"}, "change"),
        ({"company_name": "Bakkerij De Kruim"}, "change"),
        ({"processor_email": "zuid@kantoor.example"}, "request"),
    ],
)
def test_a_corrected_link_request_tells_the_processor_what_has_changed_for_it(
    changes: dict[str, Any], heard: str | None
) -> None:
    desk = Desk.asked()
    desk.correct("change", "request", **changes)
    assert [one.to_processor for one in desk.heard(LinkRequested, "request")] == ["request", heard]


def test_who_withdraws_ends_it_and_the_connection_is_free() -> None:
    desk = accepted()
    desk.correct("away", "bakery", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "bakery")
    assert (ended.reason, ended.cycle) == ("withdrawn", 1)
    assert desk.intake("bakery").form is None
    assert desk.holders() == []
    desk.correct("again", "bakery", kind="withdrawal")
    assert len(desk.heard(RegistrationEnded, "bakery")) == 1
    desk.correct("too-late", "bakery")
    assert [codes_of(one) for one in desk.heard(CorrectionRefused, "bakery")] == [[("reference", "ENDED")]] * 2


def test_a_registration_takes_the_place_of_a_live_one_with_its_code() -> None:
    desk = accepted()
    desk.form("new", loket(supersedes=earlier("bakery")))
    (ended,) = desk.heard(RegistrationEnded, "bakery")
    assert (ended.reason, ended.superseded_by) == ("superseded", reference("new"))
    assert cycles(desk, "new") == [1]
    assert desk.holders() == ["new"]
    assert not desk.heard(RegistrationHeld, "new")


def test_without_the_right_code_nobody_s_place_is_taken() -> None:
    desk = accepted()
    desk.form("new", loket(supersedes=earlier("bakery", cycle=2)))
    (rejected,) = desk.heard(RegistrationRejected, "new")
    assert (codes_of(rejected), rejected.correctable) == ([("supersedes.code", "CODE_WRONG")], False)
    assert rejected.earlier == (), "what its address has is not what is wrong"
    desk.form("elsewhere", raet(registration="elsewhere", supersedes=earlier("bakery", cycle=2)))
    assert codes_of(desk.heard(RegistrationRejected, "elsewhere")[0]) == [("supersedes.code", "CODE_WRONG")]
    assert not desk.heard(RegistrationEnded, "bakery")
    assert desk.intake("bakery").wrong_codes == 2
    desk.form("other", loket(supersedes={"reference": reference("nobody"), "code": "x"}))
    assert codes_of(desk.heard(RegistrationRejected, "other")[0]) == [("supersedes.reference", "REFERENCE_UNKNOWN")]


def test_nobody_s_place_is_taken_for_what_a_third_one_has() -> None:
    desk = accepted()
    desk.form("third", loket(email="derde@anders.example", connections=[{"employer_code": "3"}]))
    desk.form("new", loket(supersedes=earlier("bakery"), connections=[{"employer_code": "3"}]))
    assert codes_of(desk.heard(RegistrationRejected, "new")[0]) == [
        ("connections.0.employer_code", "ALREADY_REGISTERED")
    ]
    assert not desk.heard(RegistrationEnded, "bakery")


def test_without_an_answer_of_the_one_it_takes_the_place_of_a_registration_goes_on_waiting() -> None:
    desk = accepted()
    with desk.holding_up("bakery"):
        desk.form("new", raet(registration="new", supersedes=earlier("bakery")))
        desk.due("new")
        assert desk.intake("new").waits == ("SUPERSEDED_REGISTRATION",)
    assert cycles(desk, "new") == [1]


def test_the_reference_of_a_live_connection_is_told_to_its_owner_only() -> None:
    desk = accepted()
    desk.form("owner", loket(email="SALARIS@dekorst.example"))
    desk.form("stranger", loket(email="iemand@anders.example"))
    told = {about: desk.heard(RegistrationRejected, about)[0] for about in ("owner", "stranger")}
    assert [(one.field, one.reference) for one in told["owner"].earlier] == [
        ("connections.0.employer_code", reference("bakery"))
    ]
    assert not told["stranger"].earlier
    assert told["owner"].faults == told["stranger"].faults


def test_without_a_key_nobody_can_change_anything() -> None:
    desk = accepted()
    keyless = Desk(terms=type(desk.terms)())
    keyless.form("bakery", loket())
    keyless.correct("fix", "bakery")
    assert cycles(keyless) == [1]
    assert isinstance(keyless.story.document(Intake, "bakery"), Intake)


@pytest.mark.parametrize(("email", "told"), [("nieuw@kantoor.example", "nieuw@kantoor.example"), ("", None)])
def test_who_withdraws_while_its_change_of_address_waits_is_told_beside_the_address_that_stands(
    email: str, told: str | None
) -> None:
    desk = Desk.declined_since()
    desk.correct("moved", "bakery", email=email)
    assert desk.intake("bakery").answer == "held"
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "bakery")
    assert (ended.applicant.email, ended.moving_to) == (PROCESSOR_EMAIL, told)


def test_a_held_correction_keeps_what_keylane_works_on_until_it_goes_on_or_ends() -> None:
    moved = [{"employer_code": "8106626"}]
    for end in ("goes on", "withdrawn"):
        desk = Desk.declined_since()
        desk.correct("moved", "bakery", connections=moved)
        assert desk.intake("bakery").answer == "held"
        desk.form("other", loket())
        desk.form("another", loket(connections=moved))
        assert not cycles(desk, "other")
        assert not cycles(desk, "another")
        if end == "goes on":
            desk.review("processor")
            desk.at_keylane("bakery")
        else:
            desk.correct("away", "bakery", cycle=2, kind="withdrawal")
        desk.form("other-2", loket())
        desk.form("another-2", loket(connections=moved))
        assert cycles(desk, "other-2") == [1]
        assert cycles(desk, "another-2") == ([] if end == "goes on" else [1])
