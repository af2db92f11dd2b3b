"""What is kept of a form that was rejected, whether it can be corrected, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from intake_desk import Desk, earlier
from told import told
from typed_forms import loket, raet, token

from schemas.events import (
    CorrectionRefused,
    FormReceived,
    RegistrationEnded,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.foreign_json import Defect, DefectCode
from schemas.ids import reference
from services.intake.handed_over import EARLY_ATTEMPTS
from stream.document import DocumentKey
from stream.service import Due, Ignore

LHNR = "123456782L01"


def rejected(form: dict[str, Any], *defects: Defect) -> Desk:
    desk = Desk()
    desk.take(FormReceived(submission_id="f-bakery", form=form, defects=defects), "bakery")
    assert desk.heard(RegistrationRejected, "bakery")
    return desk


@pytest.mark.parametrize(
    "unasked",
    [
        {"telefoon nr.": "0612345678"},
        {"client_id": "raet-client"},
        {"processor_email": "noord@kantoor.example"},
        {"bsn": "123456782"},
        {"connections": [{"employer_code": "8106625", "kleur": "rood"}]},
        {"dgas": [{"name": "Zoë", "personnel_number": "1", "burgerservicenummer": 123456782}]},
        {f"veld {letter}{other}": "x" for letter in "abcdefgh" for other in "abcdefgh"},
    ],
    ids=lambda unasked: next(iter(unasked)),
)
def test_a_field_that_is_not_asked_comes_back_with_no_correction(unasked: dict[str, Any]) -> None:
    desk = rejected(loket(**unasked))
    desk.correct("fix", "bakery")
    asked_again = desk.heard(CorrectionRefused, "bakery")
    assert {fault.code for refused in asked_again for fault in refused.faults} <= {"REQUIRED"}
    whole = {name: value for name, value in loket().items() if name not in ("kind", "package")}
    desk.correct("whole", "bakery", **whole)
    assert len(desk.heard(RegistrationSubmitted, "bakery")) == 1


def test_what_was_to_take_anothers_place_is_typed_anew_and_does_so_then() -> None:
    desk = Desk.told("bakery", loket())
    place = {"supersedes": earlier("bakery")}
    another = {**loket(connections=[{"employer_code": "777"}]), **place}
    desk.form("new", {**another, "loonheffingennummer": "123456789L01"})
    assert [one.correctable for one in desk.heard(RegistrationRejected, "new")] == [False]
    desk.correct("fix", "new", loonheffingennummer=LHNR)
    assert desk.heard(RegistrationSubmitted, "new") == []
    desk.form("newer", another)
    assert [one.reason for one in desk.heard(RegistrationEnded, "bakery")] == ["superseded"]
    assert len(desk.heard(RegistrationSubmitted, "newer")) == 1


@pytest.mark.parametrize("code", [DefectCode.DUPLICATE_KEY, DefectCode.NOT_FINITE, DefectCode.NOT_UNICODE])
def test_what_a_parser_had_to_guess_is_asked_again(code: DefectCode) -> None:
    desk = rejected(loket(), Defect(code=code, key="loonheffingennummer"))
    desk.correct("nothing-said", "bakery")
    (refused,) = desk.heard(CorrectionRefused, "bakery")
    assert [(fault.field, fault.code) for fault in refused.faults] == [("loonheffingennummer", "REQUIRED")]
    desk.correct("said", "bakery", loonheffingennummer=LHNR)
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_a_form_of_which_more_is_wrong_than_can_be_told_is_said_anew() -> None:
    desk = rejected(loket(), Defect(code=DefectCode.NOT_UNICODE))
    assert desk.intake("bakery").form == {"kind": "self_managed", "package": "loket"}


@pytest.mark.parametrize("wrong", [{"kind": "mine"}, {"package": "afas"}, {"package": "exact"}])
def test_who_chose_the_wrong_form_is_asked_for_a_new_one_as_no_correction_changes_that(wrong: dict[str, str]) -> None:
    desk = rejected(raet(registration="bakery") | wrong)
    (event,) = desk.heard(RegistrationRejected, "bakery")
    assert (event.correctable, event.correctable_until, "Dat kan tot" in told(event)) == (False, None, False)
    assert desk.intake("bakery").form is None
    assert desk.intake("bakery").due_at is None


def test_a_rejected_form_that_nobody_corrects_lapses_without_another_mail() -> None:
    desk = rejected(loket(loonheffingennummer="123456789L01"))
    assert desk.intake("bakery").due_at == desk.story.now + desk.terms.lapse
    (event,) = desk.heard(RegistrationRejected, "bakery")
    assert event.correctable_until == (desk.story.now + desk.terms.lapse).date()
    assert "Dat kan tot donderdag 21 januari 2027." in told(event)
    said = list(desk.said)
    desk.due("bakery")
    lapsed = desk.intake("bakery")
    assert (lapsed.answer, lapsed.ended, lapsed.form, lapsed.due_at) == ("ended", "lapsed", None, None)
    assert desk.said == said
    desk.correct("too-late", "bakery", loonheffingennummer=LHNR)
    assert [one.faults[0].code for one in desk.heard(CorrectionRefused, "bakery")] == ["ENDED"]


def test_of_a_correction_that_has_faults_itself_nothing_is_kept() -> None:
    desk = rejected(raet(registration="bakery", loonheffingennummer="123456789L01"))
    before = desk.intake("bakery")
    desk.correct("fix", "bakery", loonheffingennummer=LHNR, connections=[{"client_secret": "unsealed"}])
    assert [one.faults[0].code for one in desk.heard(CorrectionRefused, "bakery")] == ["SECRET_NOT_SEALED"]
    assert desk.intake("bakery") == before


def test_a_rejected_form_that_was_corrected_lapses_no_more() -> None:
    desk = rejected(loket(loonheffingennummer="123456789L01"))
    due_at = desk.intake("bakery").due_at
    assert due_at is not None
    desk.correct("fix", "bakery", loonheffingennummer=LHNR)
    desk.story.now = due_at + timedelta(days=1)
    assert desk.take(Due(DocumentKey("intake", "bakery"), due_at), "bakery") == Ignore("MOVED_ON")
    assert not desk.heard(RegistrationEnded, "bakery")


def test_a_correction_that_named_nobody_is_an_end_itself() -> None:
    desk = Desk()
    lost = {"kind": "correction", "reference": reference("nobody"), "code": "x"}
    desk.form("lost", lost, attempt=EARLY_ATTEMPTS + 1)
    assert (desk.intake("lost").form, desk.intake("lost").due_at) == (None, None)


def test_an_employer_code_that_stood_twice_is_gone_and_what_is_left_can_be_corrected_again_and_again() -> None:
    twice = raet(registration="bakery")
    twice["connections"] = [
        {"employer_code": code, "client_secret": token(number, "bakery")}
        for number, code in enumerate(("10000001", "10000001", "10000003"), start=1)
    ]
    desk = rejected(twice)
    desk.correct("done", "bakery")
    desk.correct("renewal", "bakery", cycle=2, connections=[{"connection": 3, "client_secret": token(3, "renewal")}])
    submitted = desk.heard(RegistrationSubmitted, "bakery")
    left = [[one.connection for one in each.registration.connections] for each in submitted]
    assert (left, len(desk.intake("bakery").claims)) == ([[1, 3], [1, 3]], 2)


def test_a_connection_that_somebody_has_already_is_left_out_by_a_correction_that_says_nothing_of_it() -> None:
    desk = Desk()
    theirs = [{"employer_code": "10000001", "client_secret": token(1, "theirs")}]
    desk.form("theirs", raet(registration="theirs") | {"connections": theirs, "email": "ander@elders.example"})
    desk.form("bakery", raet(registration="bakery"))
    assert [one.faults[0].code for one in desk.heard(RegistrationRejected, "bakery")] == ["ALREADY_REGISTERED"]
    assert desk.intake("bakery").holders == ("theirs",)
    desk.correct("same", "bakery", connections=[{"connection": 1, "client_secret": token(1, "same")}])
    assert [one.faults[0].code for one in desk.heard(CorrectionRefused, "bakery")] == ["ALREADY_REGISTERED"]
    assert desk.intake("bakery").holders == ("theirs",)
    desk.correct("rest", "bakery")
    desk.correct("renewal", "bakery", cycle=2, connections=[{"connection": 2, "client_secret": token(2, "renewal")}])
    desk.correct("away", "theirs", kind="withdrawal")
    desk.correct("all", "bakery", cycle=3)
    submitted = desk.heard(RegistrationSubmitted, "bakery")
    assert [[one.connection for one in each.registration.connections] for each in submitted] == [[2], [2], [1, 2]]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"loonheffingennummer": "123456789L01"}, {"loonheffingennummer": LHNR}),
        ({"thirteenth_month": "ja"}, {"thirteenth_month": True}),
    ],
)
def test_so_it_is_when_a_correction_was_told_so_first(wrong: dict[str, Any], right: dict[str, Any]) -> None:
    desk = Desk()
    theirs = [{"employer_code": "10000001", "client_secret": token(1, "theirs")}]
    desk.form("theirs", raet(registration="theirs") | {"connections": theirs, "email": "ander@elders.example"})
    desk.form("bakery", raet(registration="bakery") | wrong)
    desk.correct("right", "bakery", **right)
    assert [one.faults[0].code for one in desk.heard(CorrectionRefused, "bakery")] == ["ALREADY_REGISTERED"]
    assert desk.intake("bakery").holders == ("theirs",)
    desk.correct("again", "bakery", **right)
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    assert [one.connection for one in submitted.registration.connections] == [2]


def test_where_nothing_else_is_left_it_is_answered_again() -> None:
    desk = Desk.told("theirs", loket(email="ander@elders.example"))
    desk.form("bakery", loket())
    desk.correct("done", "bakery")
    assert [one.faults[0].code for one in desk.heard(CorrectionRefused, "bakery")] == ["ALREADY_REGISTERED"]
