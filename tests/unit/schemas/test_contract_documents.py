"""The contracts' documents quote the vectors, the limits and the reasons as they are."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args
from unicodedata import category

import pytest
from each import each

from payroll import choices, fields
from payroll.asked import CONNECTIONS_MAX
from payroll.fault import FaultCode, FieldError
from payroll.fault_list import FAULTS_MAX
from payroll.fields import NAME_CHARACTERS_MAX
from payroll.packages import packages
from payroll.registration_form import DGAS_MAX
from payroll.sealed_secret import SECRET_CHARACTERS_MAX, TOKEN_CHARACTERS_MAX
from sandbox.population import population
from sandbox.presets import client
from schemas.codec import FOREIGN_BYTES_MAX, CodecFault
from schemas.envelope import HEADER_BYTES_MAX, HEADERS_MAX, EnvelopeFault
from schemas.example import VECTORS
from schemas.foreign_json import DEPTH_MAX
from schemas.values import ReportCode
from services.intake.clients import ClientRow

DOCS = Path(__file__).parents[3] / "docs"
FORM = (DOCS / "form-received.md").read_text("utf-8")
KEYLANE = (DOCS / "keylane.md").read_text("utf-8")
VECTOR = json.loads(VECTORS.read_text("utf-8"))


def test_every_id_vector_is_quoted() -> None:
    quoted = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `([0-9a-f-]{36})` \| `(\w{11})` \|$", FORM, re.MULTILINE)
    assert quoted == [
        (identity["source"], identity["submission_id"], identity["registration_id"], reference["reference"])
        for identity, reference in zip(VECTOR["registration_id"], VECTOR["reference"], strict=True)
    ]


def test_the_sealing_vector_is_quoted() -> None:
    vector = VECTOR["sealing"]["opens"][0]
    published = re.search(r"^\{\"kty\".*\}$", FORM, re.MULTILINE)
    assert published
    assert json.loads(published[0]) == VECTOR["sealing"]["published"]["keys"][0]
    assert f"\n{vector['token']}\n" in FORM
    for said in (vector["secret"], vector["registration"], f'"d": "{VECTOR["sealing"]["private_key"]["d"]}"'):
        assert f"`{said}`" in FORM


def test_the_sandboxs_employers_are_quoted() -> None:
    quoted = re.findall(r"^\| `(A020\d+)` \| `(\w{12})` \| `(.+?)` \|$", FORM, re.MULTILINE)
    assert [ClientRow(email, *numbers) for *numbers, email in quoted] == [client(one) for one in population()[:3]]


def test_where_a_bsn_is_refused_is_stated_as_it_is() -> None:
    (said,) = re.findall(r"what could be one is refused in (.+?), and not looked for", FORM)
    named = {
        "company_name": fields.name,
        "processor_name": fields.name,
        "username": fields.username,
        "name": fields.name,
        "personnel_number": fields.personnel_number,
    }
    assert re.findall(r"`(\w+)`", said) == list(named)
    for rule in named.values():
        with pytest.raises(FieldError, match="BSN_REFUSED"):
            rule("123456782")
    assert fields.client_id("123456782")


RULES: dict[str, Callable[[str], object]] = {
    "`company_name`, `processor_name`, a DGA's `name`": fields.name,
    "`email`, `processor_email`": fields.email,
    "`raamwerkcontractnummer`": fields.raamwerkcontractnummer,
    "`loonheffingennummer`": fields.loonheffingennummer,
    "`employer_code`, `loket` and `loket_webservice`": packages()["loket"].employer_code.parse,
    "`employer_code`, `raet`": packages()["raet"].employer_code.parse,
    "`employer_code`, `exact`": packages()["exact"].employer_code.parse,
    "`client_id`": fields.client_id,
    "`username`": fields.username,
    "`environment_code`": fields.environment_code,
    "`personnel_number`": fields.personnel_number,
    "`frequency`": choices.frequency,
    "`reference`": fields.reference,
}


def test_every_field_s_rule_takes_and_refuses_what_its_row_says() -> None:
    table = FORM.partition("| field | rule |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    assert [field for field, *_ in rows] == list(RULES)
    for field, _, taken, refused in rows:
        for typed, kept in re.findall(r"`([^`]+)`(?: → `([^`]+)`)?", taken):
            assert RULES[field](typed) == (kept or typed)
        for typed in re.findall(r"`([^`]+)`", refused):
            with pytest.raises(FieldError):
                RULES[field](typed)


def test_every_text_refuses_each_character_that_is_named_as_seen_by_nobody() -> None:
    said = FORM.partition("Only what nobody sees")[2].partition("what joins")[0]
    ranges = re.findall(r"U\+(\w+)(?: to U\+(\w+))?", said)
    named = {chr(code) for first, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1)}
    controls = {one for one in map(chr, range(0x10000)) if category(one) in {"Cc", "Cs", "Zl", "Zp"}}
    assert len(named) > len(ranges)
    for unseen in named | controls:
        with pytest.raises(FieldError, match=FaultCode.CONTROL_CHARACTER):
            fields.name(f"De Korst{unseen}")


def test_a_werkgever_id_is_the_same_in_both_of_lokets_packages() -> None:
    assert packages()["loket"].employer_code == packages()["loket_webservice"].employer_code


@pytest.mark.parametrize(
    ("limit", "number"),
    [
        ("value", FOREIGN_BYTES_MAX),
        ("headers", HEADERS_MAX),
        ("headers", HEADER_BYTES_MAX),
        ("nesting", DEPTH_MAX),
        ("a token", TOKEN_CHARACTERS_MAX),
        ("connections (Raet)", CONNECTIONS_MAX),
        ("DGAs", DGAS_MAX),
        ("`company_name`, `processor_name`, a DGA's name", NAME_CHARACTERS_MAX),
        ("faults in one answer", FAULTS_MAX),
    ],
)
def test_every_limit_is_stated_as_it_is(limit: str, number: int) -> None:
    row = re.search(rf"^\| {re.escape(limit)} \| (.*) \|$", FORM.partition("## Limits")[2], re.MULTILINE)
    assert row
    assert re.search(rf"(?<![\d,]){number:,}(?!,?\d)", row[1])


def test_the_secrets_length_is_stated() -> None:
    assert f"1 to {SECRET_CHARACTERS_MAX} characters" in FORM


@each([reason for reason in (*CodecFault, *EnvelopeFault) if reason != "NO_SUBJECT"])
def test_every_reason_for_parking_a_form_is_named(reason: str) -> None:
    assert f"`{reason}`" in FORM


def test_every_fault_code_is_named() -> None:
    assert [code for code in FaultCode if f"`{code}`" not in FORM] == []


@each(get_args(ReportCode))
def test_every_code_of_keylane_is_named(code: str) -> None:
    assert f"`{code}`" in KEYLANE


@pytest.mark.parametrize("document", [FORM, KEYLANE], ids=["form-received", "keylane"])
def test_whatever_a_document_links_to_is_there(document: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", document):
        assert (DOCS / target).exists(), target


def test_that_numbers_are_sent_as_texts_is_stated_with_one() -> None:
    (example,) = re.findall(r'is a JSON string, those of digits too: `"(.+?)"`\.', FORM)
    parse = packages()["loket"].employer_code.parse
    assert parse(example) == example
    with pytest.raises(FieldError, match="WRONG_TYPE"):
        parse(int(example))
