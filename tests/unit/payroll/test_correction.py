"""A correction laid over the form that it corrects."""

from typing import Any

import pytest
from typed_forms import REGISTRATION, checked, loket, named, raet, token

from payroll.check import check_form
from payroll.correction import correctable_part, corrected
from payroll.form import Correction, Form, RefusedForm
from schemas.values import SealedFor

CORRECTION = "0b0d7a52-8a51-8f0e-b2a7-6a1c6f0f4b77"
NAMED = {"kind": "correction", "reference": "1NDK1RA5V8H", "code": "7KQ2M-X4T9B"}


def after(form: dict[str, Any], **changes: Any) -> Form:
    whole, faults = corrected(form, NAMED | changes)
    assert not faults
    return checked(Form, whole, also=(CORRECTION,))


def faults_of(form: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [(fault.field, fault.code.value) for fault in corrected(form, NAMED | changes)[1]]


def test_nothing_but_reference_and_code_changes_nothing() -> None:
    assert corrected(raet(), NAMED) == (raet(), ())


def test_what_is_said_takes_the_place_and_what_is_left_open_stays() -> None:
    form = after(loket(), loonheffingennummer="123456782L02", email="", dgas=None, thirteenth_month=True)
    assert (form.loonheffingennummer, form.email) == ("123456782L02", "salaris@dekorst.example")
    assert form.thirteenth_month
    assert len(form.dgas) == 1


def test_no_dga_can_be_said() -> None:
    assert after(loket(), dgas=[]).dgas == ()


def test_a_new_secret_for_one_connection_is_bound_to_the_correction_and_the_others_stay() -> None:
    new = token(registration=CORRECTION, connection=2)
    form = after(raet(), connections=[{"connection": 2, "client_secret": new}])
    assert [connection.employer_code for connection in form.connections] == ["10000001", "10000002"]
    bound = [secret.bound_to for connection in form.connections for secret in connection.secrets]
    assert bound == [None, SealedFor(registration=CORRECTION, connection=2)]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "CONNECTION_UNKNOWN"),
        (3, "CONNECTION_UNKNOWN"),
        (True, "WRONG_TYPE"),
        ("2", "WRONG_TYPE"),
        (1.0, "WRONG_TYPE"),
    ],
)
def test_no_other_connection_can_be_named(number: object, code: str) -> None:
    assert faults_of(raet(), connections=[{"connection": number}]) == [("connections.0.connection", code)]
    assert faults_of(raet(), connections=[number]) == [("connections.0", "WRONG_TYPE")]


def test_a_token_of_somebody_else_s_correction_is_refused() -> None:
    stolen = token(registration="5963c4c6-0248-808e-891d-c135924725cf", connection=1)
    whole, _ = corrected(raet(), NAMED | {"connections": [{"client_secret": stolen}]})
    assert [code for _, code in named(whole, also=(CORRECTION,))] == ["SECRET_BOUND_ELSEWHERE"]


def test_kind_and_package_stay() -> None:
    assert faults_of(loket(), package="exact", supersedes={"reference": "x"}) == [
        ("package", "FIELD_NOT_ASKED"),
        ("supersedes", "FIELD_NOT_ASKED"),
    ]
    assert corrected(loket(), NAMED)[0]["kind"] == "self_managed"


@pytest.mark.parametrize("earlier", [None, [], "1"])
@pytest.mark.parametrize("number", [{}, {"connection": 1}, {"connection": None}])
def test_connections_that_were_no_list_are_replaced_whole(earlier: object, number: dict[str, Any]) -> None:
    form = after(loket(connections=earlier), connections=[{"employer_code": "1", **number}])
    assert form.connections[0].employer_code == "1"


def test_what_is_null_or_blank_was_left_out() -> None:
    blank = {"employer_code": " ", "client_secret": None}
    form = after(raet(), connections=[{"connection": None, "employer_code": "10000009"}, blank])
    assert [connection.employer_code for connection in form.connections] == ["10000009", "10000002"]


@pytest.mark.parametrize(
    "connections",
    [
        [None, {"employer_code": "10000009"}],
        [{"connection": None}, {"connection": "", "employer_code": "10000009"}],
        [{"connection": 2, "employer_code": "10000009"}, None],
    ],
)
def test_a_connection_that_is_null_and_one_without_its_number_are_read_alike_by_everybody(connections: Any) -> None:
    assert isinstance(check_form({**NAMED, "connections": connections}, CORRECTION), Correction)
    form = after(raet(), connections=connections)
    assert [connection.employer_code for connection in form.connections] == ["10000001", "10000009"]


@pytest.mark.parametrize("connections", [[None], []])
def test_connections_of_which_nothing_is_said_stay(connections: list[None]) -> None:
    assert isinstance(check_form({**NAMED, "connections": connections}, CORRECTION), Correction)
    assert after(raet(), connections=connections) == after(raet())


def test_more_connections_than_may_be_are_said_anew() -> None:
    refused = loket(connections=[{"employer_code": "1"}, {"employer_code": "2"}])
    kept = correctable_part(refused, checked(RefusedForm, refused).faults)
    assert after(kept, connections=[{"connection": 1, "employer_code": "2"}]).connections[0].employer_code == "2"


def test_what_is_wrong_stays_wrong_until_a_correction_says_otherwise() -> None:
    refused = raet(raamwerkcontractnummer="A0")
    for connection in refused["connections"]:
        connection["employer_code"] = None
    found = checked(RefusedForm, refused)
    whole, _ = corrected(correctable_part(refused, found.faults), NAMED)
    assert check_form(whole, REGISTRATION) == found


def twice(*, third: str | None = None) -> dict[str, Any]:
    """Rejected, as far as it is kept."""
    form = raet()
    form["connections"][1]["employer_code"] = " 10000001"
    if third:
        form["connections"].append({"employer_code": third, "client_secret": token(connection=3)})
    faults = checked(RefusedForm, form).faults
    assert {fault.code for fault in faults} == {"EMPLOYER_CODE_DUPLICATE"}
    return correctable_part(form, faults)


@pytest.mark.parametrize("said", [{}, {"connections": [{"connection": 1}]}, {"connections": []}])
def test_of_an_employer_code_that_stood_twice_the_first_is_left_and_the_others_keep_their_secrets(
    said: dict[str, Any],
) -> None:
    form = after(twice(third="10000003"), **said)
    assert [(one.connection, one.employer_code) for one in form.connections] == [(1, "10000001"), (3, "10000003")]


def test_the_other_one_gets_its_right_code_and_keeps_its_secret() -> None:
    form = after(twice(), connections=[{"connection": 2, "employer_code": "10000002"}])
    assert [(one.connection, one.employer_code) for one in form.connections] == [(1, "10000001"), (2, "10000002")]


def test_so_does_the_first_one() -> None:
    form = after(twice(), connections=[{"connection": 1, "employer_code": "10000002"}])
    assert [(one.connection, one.employer_code) for one in form.connections] == [(1, "10000002"), (2, "10000001")]


def test_who_says_the_same_code_again_is_answered_again() -> None:
    whole, _ = corrected(twice(), NAMED | {"connections": [{"connection": 2, "employer_code": "10000001"}]})
    assert named(whole) == [("connections.1.employer_code", "EMPLOYER_CODE_DUPLICATE")]


def test_a_code_that_the_correction_itself_makes_stand_twice_takes_nothing_out() -> None:
    whole, _ = corrected(raet(), NAMED | {"connections": [{"connection": 1, "employer_code": "10000002"}]})
    assert [code for _, code in named(whole)] == ["EMPLOYER_CODE_DUPLICATE"]


def test_the_place_that_was_left_empty_can_be_filled_later() -> None:
    without, _ = corrected(twice(), NAMED)
    again = {
        "connection": 2,
        "employer_code": "10000007",
        "client_secret": token(registration=CORRECTION, connection=2),
    }
    form = after(without, connections=[again])
    assert [one.employer_code for one in form.connections] == ["10000001", "10000007"]


def test_a_list_of_nothing_but_empty_places_is_empty() -> None:
    assert named(raet(connections=[None, None])) == [("connections", "REQUIRED")]
