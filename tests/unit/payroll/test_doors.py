"""The forms beside registrations: what each asks, and what people get wrong with it."""

from typing import Any

import pytest
from typed_forms import REGISTRATION, checked, exact, loket, processor, token

from payroll.asked import OF_EMPLOYER, OF_PROCESSOR
from payroll.check import check_form
from payroll.form import Correction, Earlier, Form, LinkRequest, ProcessorRegistration, RefusedForm, Withdrawal
from payroll.packages import packages
from schemas.values import Identifier, SealedFor, SealedSecret

NAMED = {"reference": "1ndk 1ra5 v8h", "code": "7kq2m x4t9b"}
PASSWORD = token(connection=0, purpose="password")


def link_request(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "link_request",
        "company_name": "Bakkerij De Korst B.V.",
        "email": "directie@dekorst.example",
        "processor_name": "Kantoor Noord",
        "processor_email": "noord@kantoor.example",
        "loonheffingennummer": "123456782 l01",
    } | changes


def refused(form: object) -> dict[str, tuple[str, str]]:
    return {fault.field: (fault.code.value, fault.message) for fault in checked(RefusedForm, form).faults}


def test_a_processor_brings_its_credentials_once_sealed_for_no_connection() -> None:
    assert check_form(processor(environment_code=" 4711 "), REGISTRATION) == ProcessorRegistration(
        package="loket_webservice",
        company_name="Kantoor Noord",
        email="noord@kantoor.example",
        identifiers=(
            Identifier(name="environment_code", value="4711"),
            Identifier(name="username", value="Webservice#01"),
        ),
        secrets=(
            SealedSecret(
                purpose="password", token=PASSWORD, bound_to=SealedFor(registration=REGISTRATION, connection=0)
            ),
        ),
    )


@pytest.mark.parametrize("package", ["exact", "loket"])
def test_a_processor_of_exact_or_without_a_web_service_user_brings_none(package: str) -> None:
    form = {name: processor()[name] for name in ("kind", "company_name", "email")} | {"package": package}
    found = checked(ProcessorRegistration, form)
    assert (found.package, found.identifiers, found.secrets) == (package, (), ())
    assert set(refused(processor(package=package))) == {"environment_code", "username", "password"}


def test_an_employer_asks_for_the_link_with_or_without_a_contract_number() -> None:
    asked = checked(LinkRequest, link_request())
    assert (asked.loonheffingennummer, asked.raamwerkcontractnummer) == ("123456782L01", None)
    assert checked(LinkRequest, link_request(raamwerkcontractnummer="a020 1234")).raamwerkcontractnummer == "A0201234"


def test_a_correction_and_a_withdrawal_name_what_they_are_about_however_it_is_typed() -> None:
    earlier = Earlier("1NDK1RA5V8H", "7kq2m x4t9b")
    assert check_form({"kind": "correction", **NAMED}, REGISTRATION) == Correction(earlier)
    assert check_form({"kind": "withdrawal", **NAMED}, REGISTRATION) == Withdrawal(earlier)


def test_a_correction_brings_new_secrets_for_connections_by_their_place_in_the_list() -> None:
    connections = [{"client_secret": token(connection=number)} for number in (1, 2)]
    checked(Correction, {"kind": "correction", **NAMED, "connections": connections})


def test_of_a_correction_too_everything_that_is_wrong_is_told_at_once() -> None:
    connection = {"connection": 2, "employer_code": 1.5, "client_secret": "clear", "kleur": "rood"}
    wrong = {"email": "none", "client_id": "a b", "password": "clear", "dgas": "none", "connections": [connection]}
    of_connection = {f"connections.0.{name}" for name in ("employer_code", "client_secret", "kleur")}
    assert refused({"kind": "correction", **NAMED, **wrong}).keys() == wrong.keys() - {"connections"} | of_connection


def test_a_connection_s_number_of_the_wrong_type_is_for_the_form_s_maker_and_another_is_not_there() -> None:
    for kind in ("correction", "withdrawal"):
        found = refused({"kind": kind, **NAMED, "connections": [{"connection": "2"}, {"connection": 51}]})
        assert found["connections.0.connection"][0] == "WRONG_TYPE"
        assert found["connections.1.connection"][0] == "CONNECTION_UNKNOWN"
        assert ("werkgeverscode" in found["connections.1.connection"][1]) is (kind == "correction")


def test_a_registration_names_the_one_that_it_supersedes() -> None:
    assert checked(Form, loket(supersedes=NAMED)).supersedes == Earlier("1NDK1RA5V8H", "7kq2m x4t9b")
    assert refused(loket(supersedes="1NDK1RA5V8H"))["supersedes"][0] == "WRONG_TYPE"
    assert refused(loket(supersedes={**NAMED, "more": 1}))["supersedes.more"][0] == "UNKNOWN_FIELD"


@pytest.mark.parametrize(("name", "typed"), [("username", "x"), ("environment_code", "1"), ("password", PASSWORD)])
def test_what_a_processor_brings_itself_is_refused_on_an_employer_s_form_and_told_where_it_belongs(
    name: str, typed: str
) -> None:
    by_processor = {"kind": "employer_registration", "package": "loket_webservice", "processor_name": "Kantoor Noord"}
    told = refused(loket(**by_processor, **{name: typed}))[name][1]
    assert told == OF_PROCESSOR
    assert "bij de aanmelding van de salarisverwerker zelf. Laat het hier leeg." in told
    assert "met een correctie van die aanmelding." in told
    assert refused(loket(**{name: typed}))[name][1].startswith("Dit hoort niet bij Loket.nl.")


def test_what_comes_with_each_employer_is_refused_on_a_processor_s_form_without_the_hint_for_an_employer_code() -> None:
    found = refused(processor(package="exact", client_id="x"))
    assert found["client_id"][1] == OF_EMPLOYER
    assert found["username"][1].endswith("of kies een ander pakket.")


@pytest.mark.parametrize("name", ["reference", "code", "processor_email", "username", "environment_code", "password"])
def test_a_field_of_another_form_may_be_there_when_it_was_left_open(name: str) -> None:
    assert isinstance(check_form(loket(**{name: ""}), REGISTRATION), Form)
    assert refused(loket(**{name: "x"}))[name][0] in ("FIELD_NOT_ASKED", "SECRET_IN_WRONG_FIELD")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (loket(client_id="x"), "client_id"),
        (loket(connections=[{"employer_code": "8106625", "client_secret": token()}]), "connections.0.client_secret"),
        (exact(username="Webservice#01"), "username"),
    ],
)
def test_a_credential_of_another_package_is_told_where_the_right_value_stands(form: Any, field: str) -> None:
    message = refused(form)[field][1]
    package = packages()[form["package"]]
    assert package.title in message
    assert package.employer_code.where in message


def test_a_form_that_a_package_does_not_offer_names_those_that_it_does() -> None:
    assert "aanleveren gegevens in eigen beheer" in refused(processor(package="raet"))["kind"][1]


def test_numbers_in_each_other_s_place_are_recognised() -> None:
    exchanged = refused(loket(raamwerkcontractnummer="123456782L01", loonheffingennummer="A0201234"))
    assert exchanged["raamwerkcontractnummer"][0] == "CONTRACT_NUMBER_IS_LHNR"
    assert exchanged["loonheffingennummer"][0] == "LHNR_IS_CONTRACT_NUMBER"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (processor(company_name="Kantoor 123456782"), "company_name"),
        (processor(username="1234.56.782"), "username"),
        (link_request(processor_name="123456782"), "processor_name"),
        ({"kind": "correction", **NAMED, "company_name": "123456782"}, "company_name"),
        ({"kind": "correction", **NAMED, "dgas": [{"name": "A 123456782", "personnel_number": "1"}]}, "dgas.0.name"),
    ],
)
def test_a_bsn_is_refused_in_every_free_field_and_never_repeated(form: Any, field: str) -> None:
    code, message = refused(form)[field]
    assert code == "BSN_REFUSED"
    assert "123456782" not in message
    assert "56.782" not in message
