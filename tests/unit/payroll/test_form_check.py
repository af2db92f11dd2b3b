"""Whole forms: what is accepted, what each wrong one is told, and that nothing else happens."""

from collections.abc import Iterator
from typing import Any

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st
from typed_forms import REGISTRATION, checked, exact, loket, named, processor, raet, token

from payroll.check import check_form
from payroll.fault import Fault, FaultCode, fault
from payroll.form import Form, RefusedForm
from payroll.registration_form import DGAS_MAX
from schemas.foreign_json import Defect, DefectCode
from schemas.values import Connection, Dga, Identifier, SealedSecret

LOKET_PROCESSOR = {"kind": "employer_registration", "processor_name": "Kantoor Noord"}
REQUEST = {
    "kind": "link_request",
    "company_name": "Bakkerij De Korst B.V.",
    "email": "directie@dekorst.example",
    "processor_name": "Kantoor Noord",
    "loonheffingennummer": "123456782L01",
}


def without(form: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in names}


def test_a_self_managed_loket_form_is_accepted() -> None:
    assert checked(Form, loket()) == Form(
        kind="self_managed",
        package="loket",
        company_name="Bakkerij De Korst B.V.",
        processor_name=None,
        email="salaris@dekorst.example",
        raamwerkcontractnummer="A0201234",
        loonheffingennummer="123456782L01",
        frequency="month",
        thirteenth_month=False,
        dgas=(Dga(name="Zoë van der Meer", personnel_number="1"),),
        identifiers=(),
        connections=(Connection(connection=1, employer_code="8106625"),),
    )


def test_each_raet_entity_is_a_connection_with_its_own_secret() -> None:
    form = checked(Form, raet())
    assert form.identifiers == (Identifier(name="client_id", value="raet-client"),)
    assert [(c.connection, c.employer_code) for c in form.connections] == [(1, "10000001"), (2, "10000002")]
    assert form.connections[1].secrets == (SealedSecret(purpose="client_secret", token=token(connection=2)),)


def test_a_processor_registers_a_loket_employer() -> None:
    assert checked(Form, loket(**LOKET_PROCESSOR)).processor_name == "Kantoor Noord"


@pytest.mark.parametrize("left_open", [{}, {"raamwerkcontractnummer": None, "loonheffingennummer": " "}])
def test_an_exact_form_may_leave_the_policy_keys_open(left_open: dict[str, Any]) -> None:
    form = checked(Form, without(exact(), "raamwerkcontractnummer", "loonheffingennummer") | left_open)
    assert (form.raamwerkcontractnummer, form.loonheffingennummer) == (None, None)


def test_values_are_brought_into_their_normal_form() -> None:
    form = checked(
        Form,
        loket(
            company_name=" Cafe\u0301 ",
            raamwerkcontractnummer="a020 12\u00a034",
            loonheffingennummer="1234.56.782.l.01",
        ),
    )
    assert form.company_name == "Caf\u00e9"
    assert form.raamwerkcontractnummer == "A0201234"
    assert form.loonheffingennummer == "123456782L01"


def test_no_dga_can_be_said() -> None:
    assert checked(Form, loket(dgas=[])).dgas == ()


def test_two_dgas_have_one_personnel_number_where_each_payroll_counts_its_own() -> None:
    assert len(checked(Form, raet(dgas=[dga(), dga(name="Piet")])).dgas) == 2


def test_fields_that_are_not_asked_may_be_null_or_blank() -> None:
    connection = {"employer_code": "8106625", "client_secret": None}
    assert checked(Form, loket(client_id=None, processor_name="", connections=[connection]))


def test_what_is_unusual_is_accepted_with_a_warning() -> None:
    codes = [{"employer_code": "ABC_1", "client_secret": token()}]
    form = checked(Form, raet(raamwerkcontractnummer="B0201234", loonheffingennummer="000000012L01", connections=codes))
    assert form.warnings == (
        Fault("raamwerkcontractnummer", *unusual(FaultCode.CONTRACT_NUMBER_UNUSUAL)),
        Fault("loonheffingennummer", *unusual(FaultCode.LHNR_STARTS_WITH_000)),
        Fault("connections.0.employer_code", *unusual(FaultCode.EMPLOYER_CODE_UNUSUAL)),
    )


def unusual(code: FaultCode) -> tuple[FaultCode, str, bool]:
    return code, fault("", code).message, True


def dga(**changes: object) -> dict[str, object]:
    return {"name": "Jan", "personnel_number": "7"} | changes


def one_code(code: object, **secrets: object) -> list[dict[str, object]]:
    return [{"employer_code": code, **secrets}]


UUID_TYPED = "0f8fad5b-d9cb-469f-a165-70867728950e"
WRONG: list[tuple[dict[str, Any], str, FaultCode]] = [
    (without(loket(), "kind"), "kind", FaultCode.REQUIRED),
    (without(loket(), "package"), "package", FaultCode.REQUIRED),
    (without(loket(), "company_name"), "company_name", FaultCode.REQUIRED),
    (without(loket(), "email"), "email", FaultCode.REQUIRED),
    (without(loket(), "raamwerkcontractnummer"), "raamwerkcontractnummer", FaultCode.REQUIRED),
    (without(loket(), "loonheffingennummer"), "loonheffingennummer", FaultCode.REQUIRED),
    (without(loket(), "frequency"), "frequency", FaultCode.REQUIRED),
    (without(loket(), "thirteenth_month"), "thirteenth_month", FaultCode.REQUIRED),
    (without(loket(), "dgas"), "dgas", FaultCode.REQUIRED),
    (without(loket(), "connections"), "connections", FaultCode.REQUIRED),
    (without(raet(), "client_id"), "client_id", FaultCode.REQUIRED),
    (without(exact(), "processor_name"), "processor_name", FaultCode.REQUIRED),
    (loket(company_name="  "), "company_name", FaultCode.REQUIRED),
    (loket(company_name="\u200b"), "company_name", FaultCode.REQUIRED),
    (loket(company_name="Bakkerij \u200bNoord"), "company_name", FaultCode.CONTROL_CHARACTER),
    (loket(connections=[]), "connections", FaultCode.REQUIRED),
    (loket(connections=one_code("")), "connections.0.employer_code", FaultCode.REQUIRED),
    (raet(connections=one_code("10000001")), "connections.0.client_secret", FaultCode.REQUIRED),
    (loket(dgas=[dga(name=None)]), "dgas.0.name", FaultCode.REQUIRED),
    (loket(kind="mine"), "kind", FaultCode.UNKNOWN_KIND),
    (loket(package="afas"), "package", FaultCode.UNKNOWN_PACKAGE),
    (loket(package="Loket"), "package", FaultCode.UNKNOWN_PACKAGE),
    (loket(frequency="weekly"), "frequency", FaultCode.UNKNOWN_FREQUENCY),
    (without(exact(kind="self_managed"), "processor_name"), "kind", FaultCode.KIND_NOT_OFFERED),
    (raet(**LOKET_PROCESSOR), "kind", FaultCode.KIND_NOT_OFFERED),
    (loket(kind=["self_managed"]), "kind", FaultCode.WRONG_TYPE),
    (loket(company_name=7), "company_name", FaultCode.WRONG_TYPE),
    (loket(email=["a@b.nl", "c@d.nl"]), "email", FaultCode.WRONG_TYPE),
    (loket(thirteenth_month=1), "thirteenth_month", FaultCode.WRONG_TYPE),
    (loket(thirteenth_month="ja"), "thirteenth_month", FaultCode.WRONG_TYPE),
    (loket(dgas={"name": "Jan"}), "dgas", FaultCode.WRONG_TYPE),
    (loket(dgas=["Jan"]), "dgas.0", FaultCode.WRONG_TYPE),
    (loket(connections="8106625"), "connections", FaultCode.WRONG_TYPE),
    (loket(connections=one_code(8106625)), "connections.0.employer_code", FaultCode.WRONG_TYPE),
    (raet(connections=one_code("10000001", client_secret=7)), "connections.0.client_secret", FaultCode.WRONG_TYPE),
    (loket(dgas=[dga(personnel_number=str(i)) for i in range(21)]), "dgas", FaultCode.TOO_MANY),
    (loket(connections=one_code("1") + one_code("2")), "connections", FaultCode.TOO_MANY),
    (exact(connections=[*exact()["connections"]] * 2), "connections", FaultCode.TOO_MANY),
    (loket(dgas=[dga(), dga(name=" Jan ")]), "dgas.1", FaultCode.DGA_DUPLICATE),
    (loket(dgas=[dga(), dga(name="Piet")]), "dgas.1.personnel_number", FaultCode.PERSONNEL_NUMBER_DUPLICATE),
    (
        raet(connections=[raet()["connections"][0], raet()["connections"][1] | {"employer_code": "10000001"}]),
        "connections.1.employer_code",
        FaultCode.EMPLOYER_CODE_DUPLICATE,
    ),
    (loket(client_id="raet-client"), "client_id", FaultCode.FIELD_NOT_ASKED),
    (loket(processor_name="Kantoor Noord"), "processor_name", FaultCode.FIELD_NOT_ASKED),
    (loket(telefoon="0612345678"), "telefoon", FaultCode.UNKNOWN_FIELD),
    (loket(telefoon=""), "telefoon", FaultCode.UNKNOWN_FIELD),
    (loket(dgas=[dga(age=7)]), "dgas.0.age", FaultCode.UNKNOWN_FIELD),
    (loket(connections=one_code("1", naam="x")), "connections.0.naam", FaultCode.UNKNOWN_FIELD),
    (loket(**{"<script>\r\n123456": 1}), "?script????", FaultCode.UNKNOWN_FIELD),
    (loket(**{"x" * 5000: 1}), "x" * 40, FaultCode.UNKNOWN_FIELD),
    (loket(**{"": 1}), "?", FaultCode.UNKNOWN_FIELD),
    (loket(bsn="111222333"), "bsn", FaultCode.BSN_REFUSED),
    (loket(**{"111222333": 1}), "?", FaultCode.BSN_REFUSED),
    (loket(connections=one_code(UUID_TYPED)), "connections.0.employer_code", FaultCode.EMPLOYER_CODE_IS_UUID),
    (loket(connections=one_code("0")), "connections.0.employer_code", FaultCode.EMPLOYER_CODE_FORMAT),
    (loket(connections=one_code("-8106625")), "connections.0.employer_code", FaultCode.EMPLOYER_CODE_FORMAT),
]


@each(WRONG)
def test_one_thing_wrong_is_one_fault(wrong: tuple[dict[str, Any], str, FaultCode]) -> None:
    form, field, code = wrong
    assert named(form) == [(field, code)]


@pytest.mark.parametrize("form", [[], "loket", 7, True])
def test_a_form_that_is_no_object_is_refused(form: object) -> None:
    assert named(form) == [("form", "WRONG_TYPE")]


def test_a_form_that_is_not_there_is_asked() -> None:
    assert named(None) == [("form", "REQUIRED")]


@pytest.mark.parametrize(
    ("form", "field", "where"),
    [
        (without(loket(), "raamwerkcontractnummer"), "raamwerkcontractnummer", "Het staat op de polis"),
        (without(loket(), "loonheffingennummer"), "loonheffingennummer", "een brief van de Belastingdienst"),
        (without(loket(), "frequency"), "frequency", "per maand of per vier weken"),
        (without(loket(), "thirteenth_month"), "thirteenth_month", "Dertien perioden van vier weken zijn nog geen"),
        (loket(connections=[{}]), "connections.0.employer_code", "In Loket.nl staat het onder Werkgever"),
        (without(raet(), "client_id"), "client_id", "je contactpersoon bij Raet"),
        (raet(connections=one_code("10000001")), "connections.0.client_secret", "je contactpersoon bij Raet"),
        (without(exact(), "client_id"), "client_id", "op het tabblad Web API gebruiker"),
        (without(processor(), "environment_code"), "environment_code", "met een ticket aan Loket.nl"),
        ({"kind": "correction", "code": "3F6NQ-KN9EB"}, "reference", "in onze nieuwste mail"),
        ({"kind": "withdrawal", "reference": "0VBH9BATYBD"}, "code", "in onze nieuwste mail"),
        ({**REQUEST, "processor_email": ""}, "processor_email", "Vraag je salarisverwerker"),
    ],
)
def test_who_leaves_a_field_open_hears_where_its_value_is_found(form: dict[str, Any], field: str, where: str) -> None:
    (found,) = checked(RefusedForm, form).faults
    assert (found.field, found.code, where in found.message) == (field, FaultCode.REQUIRED, True)


def test_every_fault_is_told_at_once_in_the_order_of_the_form() -> None:
    form = loket(company_name="\x07", email="geen", loonheffingennummer="123456782L1", thirteenth_month=None)
    form |= {"dgas": [dga(personnel_number="111222333")], "connections": one_code("x", wachtwoord="geheim")}
    assert named(form) == [
        ("company_name", "CONTROL_CHARACTER"),
        ("email", "EMAIL_INVALID"),
        ("loonheffingennummer", "LHNR_SUBNUMBER_TOO_SHORT"),
        ("thirteenth_month", "REQUIRED"),
        ("dgas.0.personnel_number", "BSN_REFUSED"),
        ("connections.0.employer_code", "EMPLOYER_CODE_FORMAT"),
        ("connections.0.wachtwoord", "SECRET_IN_WRONG_FIELD"),
    ]


def test_an_unknown_package_does_not_hide_other_faults() -> None:
    form = exact(package="afas", email="geen", client_id="a b", connections=[{}])
    assert named(form) == [
        ("package", "UNKNOWN_PACKAGE"),
        ("email", "EMAIL_INVALID"),
        ("client_id", "CLIENT_ID_WHITE_SPACE"),
        ("connections.0.employer_code", "REQUIRED"),
    ]


def test_beyond_fifty_faults_one_stands_for_the_rest() -> None:
    found = named(loket(**{f"x{index}": 1 for index in range(50_000)}))
    assert len(found) == 51
    assert found[-1] == ("form", "TOO_MANY_FAULTS")
    assert len(named(loket(**{f"x{index}": 1 for index in range(50)}))) == 50


def test_faults_of_all_kinds_count_together() -> None:
    wrong = [{"employer_code": "a b"} for _ in range(50)]
    found = named(raet(connections=wrong))
    assert (len(found), found[-1]) == (51, ("form", "TOO_MANY_FAULTS"))


def test_who_names_too_many_dgas_is_not_told_to_send_a_second_form_which_would_be_refused() -> None:
    (too_many,) = checked(RefusedForm, loket(dgas=[dga(personnel_number=str(i)) for i in range(DGAS_MAX + 1)])).faults
    assert (too_many.code, str(DGAS_MAX) in too_many.message) == (FaultCode.TOO_MANY, True)
    assert "meer aanmeldingen" not in too_many.message


def test_beyond_fifty_faults_the_rest_of_the_fields_is_not_looked_at() -> None:
    class Watched(dict[str, Any]):
        def __iter__(self) -> Iterator[str]:
            for count, name in enumerate(super().__iter__()):
                assert count < 100
                yield name

    assert len(named(Watched(loket(**{f"x{index}": 1 for index in range(1000)})))) == 51


def test_defects_of_the_json_stand_beside_the_faults_of_the_form() -> None:
    defects = (Defect(code=DefectCode.DUPLICATE_KEY, key="email"), Defect(code=DefectCode.NOT_FINITE))
    assert named(loket(kind="mine"), defects=defects) == [
        ("email", "DUPLICATE_KEY"),
        ("form", "NOT_FINITE"),
        ("kind", "UNKNOWN_KIND"),
    ]


def test_every_defect_has_a_code_of_its_own() -> None:
    assert {code.value for code in DefectCode} <= {code.value for code in FaultCode}


def test_a_refused_form_keeps_what_an_answer_needs() -> None:
    kept = checked(RefusedForm, loket(frequency="weekly"))
    assert (kept.email, kept.company_name, kept.package) == (
        "salaris@dekorst.example",
        "Bakkerij De Korst B.V.",
        "loket",
    )
    lost = checked(RefusedForm, loket(email="a@b.nl, c@d.nl", company_name="Jan 111222333", package="afas"))
    assert (lost.email, lost.company_name, lost.package) == (None, None, None)
    read_of_it = {"email": "a@b.nl", "company_name": "Jan 111222333"}
    too_large = checked(RefusedForm, read_of_it, defects=[Defect(code=DefectCode.TOO_LARGE)])
    assert (too_large.email, too_large.company_name) == ("a@b.nl", None)


def test_a_form_that_was_accepted_once_is_refused_for_what_no_release_took() -> None:
    checked(RefusedForm, loket(email="geen"), kept=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(form=st.sampled_from([loket(), raet(), exact()]), name=st.sampled_from([*exact(), "x"]), value=JSON)
def test_any_json_in_any_field_is_judged_and_never_repeated(form: dict[str, Any], name: str, value: object) -> None:
    marked = "zq\u0416zq" + value if isinstance(value, str) else value
    result = check_form(form | {name: marked}, REGISTRATION)
    if isinstance(result, RefusedForm):
        assert result.faults
        assert not any("zq\u0416zq" in f"{found.field}{found.message}" for found in result.faults)


@given(JSON)
def test_any_json_at_all_is_judged(value: object) -> None:
    checked(RefusedForm, value)
