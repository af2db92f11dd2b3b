"""`koppeling check`: the same answers as a sent form gets, without a server."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from typed_forms import processor

from ops.cli import main
from schemas.example import EXAMPLES, examples

MARKED = "hunter2-marked"
in_clear = partial(processor, password=MARKED)


def check(path: Path, *forms: Any, flags: tuple[str, ...] = ()) -> Result:
    file = path / "forms.ndjson"
    file.write_text("\n".join(json.dumps(form) for form in forms))
    return CliRunner().invoke(main, ["check", str(file), *flags])


def test_a_good_form_is_good_and_its_clear_secret_is_not_shown(tmp_path: Path) -> None:
    found = check(tmp_path, in_clear())
    assert found.exit_code == 0
    assert "forms.ndjson:1: good\n" in found.output
    assert MARKED not in found.output


def test_an_object_that_is_whole_on_the_first_line_is_a_form_whatever_follows(tmp_path: Path) -> None:
    file = tmp_path / "forms.ndjson"
    file.write_text('{"a": 1}\nnot json\n')
    found = CliRunner().invoke(main, ["check", str(file)])
    places = [line.removeprefix(f"{file}:").split(": ")[:3] for line in found.stderr.splitlines()]
    assert ["1", "kind", "REQUIRED"] in places
    assert ["2", "form", "NOT_JSON"] in places
    assert found.stderr.endswith("2 not valid, 0 good\n")


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_text("not json")
    found = CliRunner().invoke(main, ["check", str(file), str(file)])
    assert found.stderr.count("NOT_JSON") == 1


def test_every_fault_of_every_form_is_named_and_good_ones_are_counted(tmp_path: Path) -> None:
    found = check(tmp_path, in_clear(email="geen"), in_clear(), in_clear(password="x" * 513, username=""))
    assert found.exit_code == 1
    assert [line.split(": ")[1:3] for line in found.stderr.splitlines() if "forms.ndjson" in line] == [
        ["email", "EMAIL_INVALID"],
        ["username", "REQUIRED"],
        ["password", "SECRET_LENGTH"],
    ]
    assert found.stderr.endswith("2 not valid, 1 good\n")


def test_what_is_worth_a_second_look_is_told_and_accepted(tmp_path: Path) -> None:
    request = next(one for one in examples() if one.name == "form-received.v3/link-request")
    form = json.loads(request.value)["form"] | {"raamwerkcontractnummer": "B12345"}
    found = check(tmp_path, form, flags=("--json",))
    assert found.exit_code == 0
    (good,) = json.loads(found.stdout)["good"]
    assert [(one["field"], one["code"]) for one in good["warnings"]] == [
        ("raamwerkcontractnummer", "CONTRACT_NUMBER_UNUSUAL"),
        ("submission_id", "FORM_ALONE"),
    ]


def test_every_good_example_is_good_as_it_stands() -> None:
    files = [str(one.path) for one in examples() if one.good and one.event.name == "form-received"]
    found = CliRunner().invoke(main, ["check", *files])
    assert found.stderr == ""
    assert found.stdout.count(": good") == len(files)
    assert "SOURCE_UNKNOWN" not in found.stdout


def record(**headers: Any) -> dict[str, Any]:
    said = json.loads((EXAMPLES / "form-received.v3" / "link-request.json").read_text("utf-8"))
    kept = said["headers"] | headers
    return {"headers": {name: text for name, text in kept.items() if text is not ...}, "data": said["data"]}


@pytest.mark.parametrize(
    ("headers", "faults"),
    [
        ({"ce_time": "28-11-2026"}, [("ce_time", "HEADER_INVALID")]),
        ({"ce_id": ..., "ce_time": ...}, [("ce_id", "HEADER_MISSING"), ("ce_time", "HEADER_MISSING")]),
        ({"ce_source": ...}, [("ce_source", "HEADER_MISSING")]),
        ({"ce_specversion": 1.0}, [("ce_specversion", "HEADER_INVALID")]),
        (
            {"ce_traceparent": "x" * 1025, "ce_id": ...},
            [("ce_traceparent", "HEADER_TOO_LARGE"), ("ce_id", "HEADER_MISSING")],
        ),
        ({"ce_dataschema": "urn:salariskoppeling:schema:form-received:9"}, [("ce_dataschema", "UNKNOWN_VERSION")]),
        ({"ce_dataschema": "form-received:3"}, [("ce_dataschema", "HEADER_INVALID")]),
        ({"ce_type": "salariskoppeling.other"}, [("ce_type", "HEADER_INVALID")]),
        (
            {
                "ce_type": "salariskoppeling.registration-rejected",
                "ce_dataschema": "urn:salariskoppeling:schema:registration-rejected:1",
            },
            [("ce_type", "WRONG_TOPIC")],
        ),
        ({f"x-{number}": "" for number in range(64)}, [("headers", "TOO_MANY_HEADERS")]),
    ],
)
def test_what_would_be_parked_for_its_headers_is_not_good(
    tmp_path: Path, headers: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    found = check(tmp_path, record(**headers), flags=("--json",))
    assert found.exit_code == 1
    assert [(one["field"], one["code"]) for one in json.loads(found.stdout)["faults"]] == faults


def test_no_example_that_would_be_parked_is_good() -> None:
    parked = [one for one in examples() if one.parked and one.event.name == "form-received"]
    files = [str(one.path) for one in parked if json.loads(one.path.read_text("utf-8"))["headers"]]
    found = CliRunner().invoke(main, ["check", *files])
    assert files
    assert ": good" not in found.stdout


def test_of_a_form_alone_it_says_that_no_record_holds_it_so(tmp_path: Path) -> None:
    found = check(tmp_path, in_clear())
    assert found.exit_code == 0
    assert "forms.ndjson:1: submission_id: FORM_ALONE (accepted): " in found.stdout
    assert "FORM_ALONE" not in check(tmp_path, {"submission_id": "s-1", "form": in_clear()}).stdout


def test_a_value_is_measured_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "value.json"
    value = json.dumps({"submission_id": "s-1", "form": in_clear()})
    for blanks, faults in ((65_536 - len(value), []), (65_537 - len(value), [("form", "TOO_LARGE")])):
        file.write_text(value[:-1] + " " * blanks + "}\n")
        found = CliRunner().invoke(main, ["check", str(file), "--json"])
        assert [(one["field"], one["code"]) for one in json.loads(found.stdout)["faults"]] == faults
    large = {"submission_id": "s-1", "form": in_clear(company_name="x" * 70_000)}
    assert check(tmp_path, large).stderr.count("TOO_LARGE") == 1


def test_of_a_clear_secret_in_a_record_it_says_that_only_the_check_takes_it(tmp_path: Path) -> None:
    said = record()
    said["data"]["form"] = in_clear()
    found = check(tmp_path, said)
    assert found.exit_code == 0
    assert "forms.ndjson:1: password: SECRET_IN_CLEAR (accepted): " in found.stdout
    assert "SECRET_IN_CLEAR" not in check(tmp_path, in_clear()).stdout


def test_a_secret_beside_the_form_is_refused_and_what_may_be_none_is_not(tmp_path: Path) -> None:
    beside = {"wachtwoord": MARKED, "csrf_token": "t", "client_secret": ""}
    said = record()
    said["data"] |= beside
    for written in (said, {"submission_id": "s-1", "form": processor(), **beside}):
        found = check(tmp_path, written, flags=("--json",))
        faults = json.loads(found.stdout)["faults"]
        assert [(one["field"], one["code"]) for one in faults] == [("wachtwoord", "SECRET_IN_WRONG_FIELD")]
        assert MARKED not in found.output


def sealed_value() -> tuple[str, dict[str, Any]]:
    said = json.loads((EXAMPLES / "form-received.v3" / "raet-self-managed.json").read_text("utf-8"))
    return said["headers"]["ce_source"], said["data"]


def test_secrets_of_a_value_are_checked_for_the_source_that_is_named(tmp_path: Path) -> None:
    source, value = sealed_value()
    assert check(tmp_path, value, flags=("--source", source)).output.strip().endswith("forms.ndjson:1: good")
    assert "SECRET_BOUND_ELSEWHERE" in check(tmp_path, value, flags=("--source", "urn:another")).stderr


def test_without_a_source_it_says_that_secrets_are_not_checked_for_it(tmp_path: Path) -> None:
    _, value = sealed_value()
    found = check(tmp_path, value)
    assert (found.exit_code, found.stderr) == (0, "")
    assert "forms.ndjson:1: source: SOURCE_UNKNOWN" in found.stdout
    first, second = value["form"]["connections"]
    first["client_secret"], second["client_secret"] = second["client_secret"], first["client_secret"]
    assert check(tmp_path, value).stderr.count("SECRET_BOUND_ELSEWHERE") == 2


def test_of_a_form_alone_no_source_says_for_which_registration_its_secrets_are_sealed(tmp_path: Path) -> None:
    source, value = sealed_value()
    found = check(tmp_path, value["form"], flags=("--source", source))
    assert (found.exit_code, found.stderr) == (0, "")
    assert "forms.ndjson:1: source: SOURCE_UNKNOWN" in found.stdout


def test_each_form_is_answered_before_the_next_is_checked(tmp_path: Path) -> None:
    found = check(tmp_path, in_clear(), in_clear(email="geen"), in_clear(username="other"))
    said = [line.partition(":")[2][0] for line in found.output.splitlines() if "forms.ndjson" in line]
    assert said == sorted(said)
