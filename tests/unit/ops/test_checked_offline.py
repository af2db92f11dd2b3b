"""`koppeling check`: the same answers as a sent form gets, without a server."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ops.cli import main
from schemas.example import examples

MARKED = "hunter2-marked"


def check(path: Path, *forms: Any, flags: tuple[str, ...] = ()) -> Result:
    file = path / "forms.ndjson"
    file.write_text("\n".join(json.dumps(form) for form in forms))
    return CliRunner().invoke(main, ["check", str(file), *flags])


def processor(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "processor_registration",
        "package": "loket_webservice",
        "company_name": "Kantoor Noord",
        "email": "noord@kantoor.example",
        "username": "Webservice#01",
        "password": MARKED,
        "environment_code": "4711",
    } | changes


def test_a_good_form_is_good_and_its_clear_secret_is_not_shown(tmp_path: Path) -> None:
    found = check(tmp_path, processor())
    assert found.exit_code == 0
    assert found.output.strip().endswith("forms.ndjson:1: good")
    assert MARKED not in found.output


def test_every_fault_of_every_form_is_named_and_good_ones_are_counted(tmp_path: Path) -> None:
    found = check(tmp_path, processor(email="geen"), processor(), processor(password="x" * 513, username=""))
    assert found.exit_code == 1
    assert [line.split(": ")[1:3] for line in found.stderr.splitlines() if "forms.ndjson" in line] == [
        ["email", "EMAIL_INVALID"],
        ["username", "REQUIRED"],
        ["password", "SECRET_LENGTH"],
    ]
    assert found.stderr.endswith("2 not valid, 1 good\n")


def test_what_is_worth_a_second_look_is_told_and_accepted(tmp_path: Path) -> None:
    request = next(one for one in examples() if one.name == "form-received.v2/link-request")
    form = json.loads(request.value)["form"] | {"raamwerkcontractnummer": "B12345"}
    found = check(tmp_path, form, flags=("--json",))
    assert found.exit_code == 0
    (good,) = json.loads(found.stdout)["good"]
    assert [(one["field"], one["code"]) for one in good["warnings"]] == [
        ("raamwerkcontractnummer", "CONTRACT_NUMBER_UNUSUAL")
    ]
