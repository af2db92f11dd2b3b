"""`koppeling generate`: valid, made up, and the same for the same seed."""

import json
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc.jwk import KeySet

from ops.cli import main
from ops.forms.checked import ReadyForm, checked
from ops.forms.file import written_forms
from ops.forms.synthetic import offers, synthetic_forms
from payroll.check import check_form
from payroll.form import Form
from sandbox.population import PROCESSORS, population
from sandbox.presets import client
from schemas.sealing import new_private_keys
from services.enrichment.policies import read_policies
from services.intake.clients import ClientRow

KEYS = KeySet.import_key_set(new_private_keys().as_dict(private=False))


def generated(*options: str) -> str:
    result = CliRunner().invoke(main, ["generate", *options])
    assert result.exit_code == 0
    return result.stdout


def test_every_generated_form_is_valid_and_needs_no_reviewer() -> None:
    lines = generated("--count", "300", "--seed", "5").encode()
    ready = [checked(written, KEYS) for written in written_forms("generated", lines)]
    assert len(ready) == 300
    for one in ready:
        assert isinstance(one, ReadyForm)
        found = check_form(one.event.form, one.registration)
        assert isinstance(found, Form)
        assert found.warnings == ()


def test_the_same_seed_gives_the_same_bytes_and_a_longer_run_begins_with_the_shorter() -> None:
    short = generated("--count", "20", "--seed", "5")
    assert generated("--count", "20", "--seed", "5") == short
    assert generated("--count", "30", "--seed", "5").startswith(short)
    assert generated("--count", "20", "--seed", "6") != short


def test_no_two_forms_share_a_number_or_a_submission() -> None:
    forms = list(islice(synthetic_forms(5, offers()), 5000))
    assert len({one.form["loonheffingennummer"] for one in forms}) == 5000
    assert len({one.submission_id for one in forms}) == 5000


def test_all_that_is_offered_occurs() -> None:
    forms = [one.form for one in islice(synthetic_forms(5, offers()), 500)]
    assert {(form["kind"], form["package"]) for form in forms} == set(offers())
    assert {len(form["connections"]) for form in forms} == {1, 2, 3}
    assert {len(form["dgas"]) for form in forms} == {0, 1, 2, 3}
    assert {(form["frequency"], form["thirteenth_month"]) for form in forms} == {
        (frequency, thirteenth) for frequency in ("month", "four_weeks") for thirteenth in (True, False)
    }
    assert any(not form["company_name"].isascii() for form in forms)


@pytest.mark.parametrize(("option", "value"), [("package", "raet"), ("kind", "employer_registration")])
def test_package_and_kind_can_be_chosen(option: str, value: str) -> None:
    lines = generated("--count", "20", "--seed", "5", f"--{option}", value).splitlines()
    assert {json.loads(line)["form"][option] for line in lines} == {value}


@pytest.mark.parametrize(
    "options",
    [
        ["--count", "0", "--seed", "1"],
        ["--count", "1"],
        ["--count", "1", "--seed", "x"],
        ["--count", "1", "--seed", "1", "--package", "afas"],
        ["--count", "1", "--seed", "1", "--package", "exact", "--kind", "self_managed"],
    ],
)
def test_wrong_usage_is_2(options: list[str]) -> None:
    assert CliRunner().invoke(main, ["generate", *options]).exit_code == 2


def test_where_nothing_can_be_written_it_is_said_before_any_form_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "missing" / "policies.csv"
    result = CliRunner().invoke(main, ["generate", "--count", "1", "--seed", "1", "--policies", str(nowhere)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{nowhere} cannot be written: No such file" in result.stderr


def test_a_processor_registers_only_employers_that_have_asked_it() -> None:
    asked = {client(employer) for employer in population()}
    registered = [one.form for one in islice(synthetic_forms(5, offers(kind="employer_registration")), 200)]
    rows = [
        ClientRow(form["email"], form["raamwerkcontractnummer"], form["loonheffingennummer"]) for form in registered
    ]
    assert set(rows) <= asked
    assert {row.processor_email for row in rows} == {processor.email for processor in PROCESSORS}


def test_the_policies_match_the_forms_and_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "policies.csv"
    forms = [
        json.loads(line)["form"]
        for line in generated("--count", "50", "--seed", "5", "--policies", str(path)).splitlines()
    ]
    rows = read_policies(path.read_text("utf-8").splitlines())
    assert [(row.raamwerkcontractnummer, row.loonheffingennummer) for row in rows] == [
        (form["raamwerkcontractnummer"], form["loonheffingennummer"]) for form in forms
    ]
    assert all(row.policy_numbers and row.products and row.mandate_present for row in rows)
