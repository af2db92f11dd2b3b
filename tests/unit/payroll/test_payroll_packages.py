"""What each package declares, as its manual says it."""

import json
from dataclasses import replace
from typing import get_args

import pytest
from each import each

from payroll.customer_help import GENERAL_HELP
from payroll.fault import FaultCode, FieldError
from payroll.field_title import field_title
from payroll.packages import packages, slugs
from schemas.clear_secrets import REMOVED, without_clear_secrets
from schemas.values import Finding, ReportCode

CODES: tuple[ReportCode, ...] = get_args(ReportCode)
UUID_TYPED = "0F8FAD5B-D9CB-469F-A165-70867728950E"
BSN_RIGHT = "Beheren en raadplegen BSN"


def test_the_packages_of_the_manuals_are_on_offer() -> None:
    assert list(packages()) == slugs() == ["exact", "loket", "loket_webservice", "raet"]


@pytest.mark.parametrize(
    ("slug", "kinds"),
    [
        ("loket", {"processor_registration", "self_managed", "employer_registration"}),
        ("raet", {"self_managed"}),
        ("exact", {"processor_registration", "employer_registration"}),
        ("loket_webservice", {"processor_registration", "employer_registration"}),
    ],
)
def test_a_package_is_offered_on_these_forms(slug: str, kinds: set[str]) -> None:
    assert packages()[slug].kinds == kinds


def test_only_loket_has_keylane_contact_the_customer_and_asks_no_credentials() -> None:
    asks = {
        p.slug: (p.keylane_contacts_customer, tuple(r.name for r in p.identifiers), p.secrets)
        for p in packages().values()
    }
    credentials = (False, ("client_id",), ("client_secret",))
    assert asks == {
        "loket": (True, (), ()),
        "loket_webservice": (True, (), ()),
        "raet": credentials,
        "exact": credentials,
    }


def test_only_loket_s_web_service_asks_credentials_of_the_processor_itself() -> None:
    asked = {
        slug: (tuple(rule.name for rule in package.processor_identifiers), package.processor_secrets)
        for slug, package in packages().items()
        if package.processor_identifiers or package.processor_secrets
    }
    assert asked == {"loket_webservice": (("username", "environment_code"), ("password",))}


def test_only_raet_has_several_connections_and_only_exact_may_lack_the_policy_keys() -> None:
    assert [p.slug for p in packages().values() if p.connections_max > 1] == ["raet"]
    assert [p.slug for p in packages().values() if not p.policy_keys_required] == ["exact"]


def test_a_package_with_several_connections_cannot_be_offered_to_processors() -> None:
    with pytest.raises(ValueError, match="one connection"):
        replace(packages()["raet"], kinds=frozenset({"employer_registration"}))


def test_the_bsn_right_is_asked_only_under_the_pensioenwet_and_says_why() -> None:
    loket = packages()["loket"]
    without, under = (loket.authorisations_for(pensioenwet=applies) for applies in (False, True))
    assert (len(without), len(under)) == (5, 6)
    assert BSN_RIGHT not in {asked.right for asked in without}
    assert "Pensioenwet" in next(asked.reason for asked in under if asked.right == BSN_RIGHT)


@pytest.mark.parametrize("slug", ["exact", "loket", "loket_webservice", "raet"])
def test_a_missing_right_that_keylane_does_not_name_is_one_of_all_that_are_listed(slug: str) -> None:
    package = packages()[slug]
    what = package.what(Finding(code="RIGHT_MISSING"))
    always, _, under = what.partition("Pensioenwet")
    assert all(asked.right in always for asked in package.authorisations)
    assert all(asked.right in under for asked in package.pensioenwet_authorisations)
    assert package.what(Finding(code="RIGHT_MISSING", detail="Lezen")).endswith("Het gaat om dit recht: Lezen.")


def test_loket_s_customers_hear_beforehand_which_rights_to_grant_and_when_the_bsn_right_is_one() -> None:
    loket = packages()["loket"]
    rights, bsn = loket.prerequisites[-2:]
    assert all(asked.right in rights for asked in loket.authorisations)
    assert BSN_RIGHT not in rights
    assert [word in bsn for word in (BSN_RIGHT, "alleen als Keylane erom vraagt", "Pensioenwet")] == [True] * 3


def test_a_processor_with_loket_s_web_service_hears_each_step_of_its_manual() -> None:
    said = packages()["loket_webservice"].processor_prerequisites
    steps = ("Vraag Loket.nl", "Kies bij de webservicegebruiker Benefits-Plaza", "Maak een team")
    assert [one.startswith(step) for one, step in zip(said, steps, strict=True)] == [True] * 3


@pytest.mark.parametrize("slug", ["exact", "loket", "loket_webservice", "raet"])
def test_nobody_is_asked_to_look_for_what_its_form_has_brought(slug: str) -> None:
    package = packages()[slug]
    rules = (*package.identifiers, *package.processor_identifiers)
    brought = [field_title(name) for name in (*(rule.name for rule in rules), *package.secrets)]
    said = " ".join((*package.prerequisites, *package.processor_prerequisites)).casefold()
    assert [title for title in brought if title.casefold() in said] == []


@pytest.mark.parametrize("slug", ["exact", "loket", "loket_webservice", "raet"])
def test_a_package_declares_all_that_people_are_told(slug: str) -> None:
    package = packages()[slug]
    assert package.slug == slug
    assert package.title
    assert package.prerequisites
    assert package.authorisations
    assert all(package.help_for(code).what and package.help_for(code).steps for code in CODES)
    brought = {rule.name for rule in (*package.identifiers, *package.processor_identifiers)}
    assert package.where.keys() <= brought.union(package.secrets, package.processor_secrets)


def test_every_reason_of_keylane_has_general_help() -> None:
    assert tuple(GENERAL_HELP) == CODES


def test_a_package_helps_in_its_own_words_where_it_has_some() -> None:
    assert "Loket.nl" in packages()["loket"].help_for("RIGHT_MISSING").what
    assert packages()["loket"].help_for("POLICY_NOT_FOUND") == GENERAL_HELP["POLICY_NOT_FOUND"]


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("loket", "8106625"),
        ("loket", "1"),
        ("raet", "10000001"),
        ("raet", "a_B-9"),
        ("exact", "0"),
        ("exact", "0123456789"),
    ],
)
def test_an_employer_code_is_kept_as_it_stands_on_the_screen(slug: str, code: str) -> None:
    assert packages()[slug].employer_code.parse(f" {code} ") == code


@each(
    [
        ("loket", UUID_TYPED, FaultCode.EMPLOYER_CODE_IS_UUID),
        ("loket", UUID_TYPED.replace("-", ""), FaultCode.EMPLOYER_CODE_IS_UUID),
        ("raet", UUID_TYPED, FaultCode.EMPLOYER_CODE_IS_UUID),
        ("loket", "08106625", FaultCode.EMPLOYER_CODE_FORMAT),
        ("loket", "12345678901", FaultCode.EMPLOYER_CODE_FORMAT),
        ("loket", "\u0661", FaultCode.EMPLOYER_CODE_FORMAT),
        ("loket", "8106625L", FaultCode.EMPLOYER_CODE_FORMAT),
        ("raet", "1234 5678", FaultCode.EMPLOYER_CODE_FORMAT),
        ("raet", "x" * 21, FaultCode.EMPLOYER_CODE_FORMAT),
        ("exact", "12 Bakker", FaultCode.EMPLOYER_CODE_FORMAT),
        ("exact", "12345678901", FaultCode.EMPLOYER_CODE_FORMAT),
    ]
)
def test_a_wrong_employer_code_is_told_where_the_right_one_stands(case: tuple[str, str, FaultCode]) -> None:
    slug, typed, code = case
    rule = packages()[slug].employer_code
    with pytest.raises(FieldError) as refused:
        rule.parse(typed)
    assert refused.value.code is code
    assert rule.where in refused.value.message


@pytest.mark.parametrize(
    ("slug", "typed", "what"),
    [
        ("exact", "1234 Bakker", "Er staan letters"),
        ("loket", "08106625", "begint niet met een nul"),
        ("loket_webservice", "08106625", "begint niet met een nul"),
        ("loket", "A020123456", "raamwerkcontractnummer"),
        ("loket_webservice", "a020123456", "raamwerkcontractnummer"),
    ],
)
def test_what_is_typed_instead_of_a_code_is_named(slug: str, typed: str, what: str) -> None:
    rule = packages()[slug].employer_code
    with pytest.raises(FieldError) as refused:
        rule.parse(typed)
    assert what in refused.value.message
    assert refused.value.message.endswith(rule.where)


@pytest.mark.parametrize("slug", list(packages()))
def test_a_package_s_examples_are_good_ones_of_which_there_are_others(slug: str) -> None:
    package = packages()[slug]
    code = package.employer_code.example
    assert (package.employer_code.parse(code), package.employer_code.unusual(code)) == (code, None)
    assert any(character.isdigit() for character in code)
    for rule in (*package.identifiers, *package.processor_identifiers):
        assert rule.parse(rule.example) == rule.example


@pytest.mark.parametrize("slug", list(packages()))
def test_a_package_s_secrets_are_named_so_that_a_clear_one_is_not_kept(slug: str) -> None:
    for name in (*packages()[slug].secrets, *packages()[slug].processor_secrets):
        assert without_clear_secrets(json.dumps({name: "in clear"}).encode()) == f'{{"{name}":"{REMOVED}"}}'.encode()


def test_a_raet_code_is_usually_eight_digits() -> None:
    rule = packages()["raet"].employer_code
    assert rule.unusual("10000001") is None
    assert rule.unusual("1000000") is FaultCode.EMPLOYER_CODE_UNUSUAL
