"""A payroll package is one file: a fourth one goes from form to mail and nothing else was touched."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.events import FormReceived
from schemas.release import schema

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("packages")
    shutil.copy(HERE / "verzonnen.py", folder)
    driven = subprocess.run(
        [sys.executable, str(HERE / "fourth_package.py"), str(folder)], capture_output=True, text=True, check=False
    )
    assert driven.returncode == 0, driven.stderr
    return json.loads(driven.stdout)


def test_a_fourth_package_is_one_file_from_form_to_mail(said: Any) -> None:
    assert said["opened"] == [
        {
            "code": f"V00{number}",
            "identifiers": [["tenant", "verzinner-1"]],
            "secret": f"token-{number}",
            "rights": ["Lezen", "BSN lezen"],
        }
        for number in (1, 2)
    ]
    asked, first, second = said["mails"]
    assert "Verzonnen kent dit token niet." in asked
    assert "Maak een nieuw token." in asked
    assert all("Verzonnen Salaris" in mail and "dinsdag 5 januari 2027" in mail for mail in (first, second))
    assert ["V001" in first, "V002" in second] == [True, True]


def test_valid_forms_of_a_fourth_package_are_made_up_as_those_of_the_others(said: Any) -> None:
    assert [form for form in said["generated"] if "faults" in form] == []
    assert {len(form["connections"]) for form in said["generated"]} == {1, 2}


def test_a_form_of_a_fourth_package_follows_the_released_schema_with_its_secret_sealed(said: Any) -> None:
    contract = Draft202012Validator(schema(FormReceived))
    contract.validate(said["written"])
    first, second = said["written"]["form"]["connections"]
    for connections in ([first, {**second, "api_token": "in clear"}], [first, {**second, "employer_code": 1}], []):
        wrong = {**said["written"], "form": {**said["written"]["form"], "connections": connections}}
        assert not contract.is_valid(wrong)


def test_a_package_that_the_released_schema_names_is_held_to_its_own_fields(said: Any) -> None:
    contract = Draft202012Validator(schema(FormReceived))
    for package in ("exact", "loket", "loket_webservice", "raet"):
        assert not contract.is_valid({**said["written"], "form": {**said["written"]["form"], "package": package}})
