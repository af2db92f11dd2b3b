"""`koppeling submit` before anything is sent: read, sealed, checked, told."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from each import each
from joserfc.jwk import KeySet
from typed_forms import loket

from ops.cli import main
from ops.forms.checked import Problem, ReadyForm
from ops.forms.file import SOURCE, Illegible, WrittenForm, written_forms
from ops.forms.submission import sort_out
from schemas.ids import reference, registration_id
from schemas.sealing import Binding, new_private_keys, unseal

PRIVATE = new_private_keys()
PUBLISHED = KeySet.import_key_set(PRIVATE.as_dict(private=False))
SECRET = "hunter2-marked"  # noqa: S105 -- planted to be looked for
NOWHERE = "127.0.0.1:1"


def raet(*secrets: object, **changes: Any) -> dict[str, Any]:
    connections = [{"employer_code": f"1000000{n}", "client_secret": secret} for n, secret in enumerate(secrets)]
    return loket(package="raet", client_id="client", connections=connections) | changes


def entry(form: object, submission_id: object = "s-1", **more: object) -> bytes:
    return json.dumps({"submission_id": submission_id, "form": form} | more).encode()


def sorted_out(*lines: bytes) -> tuple[list[ReadyForm], list[Problem]]:
    return sort_out(list(written_forms("file", b"\n".join(lines))), PUBLISHED)


def named(faults: Sequence[Problem]) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.field, fault.code) for fault in faults]


def places(content: bytes) -> list[tuple[str, bool]]:
    return [(one.place, isinstance(one, WrittenForm)) for one in written_forms("f", content)]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "jwks.json").write_text(json.dumps(PUBLISHED.as_dict(private=False)))
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", NOWHERE)
    monkeypatch.setenv("KOPPELING_KEYLANE_JWKS", str(tmp_path / "jwks.json"))
    return tmp_path


def submit(*arguments: str, typed: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["submit", *arguments], input=typed)


def test_a_document_is_one_form_wherever_its_lines_end() -> None:
    pretty = json.dumps(loket(dgas=[{"name": "A", "personnel_number": "1"}]), indent=1).encode()
    assert places(pretty) == [("f:1", True)]
    assert places(b"\n\n" + json.dumps(json.loads(entry(loket())), indent=2).encode()) == [("f:3", True)]


def test_a_file_without_a_form_and_one_that_begins_with_a_byte_order_mark_are_named() -> None:
    assert list(written_forms("f", b"")) == list(written_forms("f", b" \n")) == [Illegible("f:1", "EMPTY")]
    marked = b"\xef\xbb\xbf" + json.dumps(loket()).encode()
    assert list(written_forms("f", marked)) == [Illegible("f:1", "NOT_JSON")]
    _, faults = sorted_out(b"")
    assert named(faults) == [("file:1", "form", "EMPTY")]


def test_lines_are_forms_of_their_own_though_some_are_broken() -> None:
    content = b"\n".join([b"no json", entry(loket()), b"", b'{"form":', entry(loket(), "s-2")])
    assert places(content) == [("f:1", False), ("f:2", True), ("f:4", False), ("f:5", True)]
    assert places(entry(loket()) + b"\r\nno json\r\n") == [("f:1", True), ("f:2", False)]


def test_what_is_too_large_is_not_even_read() -> None:
    many = b'{"form":{' + b",".join(b'"k%d":1' % number for number in range(100_000)) + b"}}"
    assert list(written_forms("f", many)) == [Illegible("f:1", "TOO_LARGE")]
    _, faults = sorted_out(entry(loket(company_name="x" * 1_000_000)), entry(loket(), "s-2"))
    assert [fault.code for fault in faults] == ["TOO_LARGE", "TOO_LONG"]


def test_a_form_alone_gets_its_id_from_what_it_says_secrets_left_out() -> None:
    (first,), _ = sorted_out(json.dumps(raet(SECRET)).encode())
    (again,), _ = sorted_out(json.dumps(dict(reversed(raet("another secret").items()))).encode())
    (other,), _ = sorted_out(json.dumps(raet(SECRET, email="b@verzonnen.example")).encode())
    assert first.registration == again.registration != other.registration


def test_the_same_file_is_the_same_registration() -> None:
    (ready,), faults = sorted_out(entry(loket(), source="urn:x"))
    assert faults == []
    assert ready.registration == registration_id("urn:x", "s-1")
    assert sorted_out(entry(loket()))[0][0].registration == registration_id(SOURCE, "s-1")


def test_clear_secrets_are_sealed_for_keylane_and_bound_to_their_connection() -> None:
    (ready,), faults = sorted_out(entry(raet("first secret", " spaces kept ")))
    assert faults == []
    connections = ready.event.model_dump()["form"]["connections"]
    for number, secret in enumerate(("first secret", " spaces kept "), start=1):
        binding = Binding(ready.registration, number, "client_secret")
        assert unseal(connections[number - 1]["client_secret"], PRIVATE, binding) == secret
    assert "secret" not in repr(ready).replace("client_secret", "")


def test_a_sealed_secret_is_left_as_it_is() -> None:
    (ready,), _ = sorted_out(entry(raet(SECRET)))
    (again,), faults = sorted_out(entry(ready.event.form))
    assert faults == []
    assert again.event == ready.event


def test_a_correction_s_secret_may_be_sealed_for_what_it_corrects() -> None:
    (first,), _ = sorted_out(entry(raet(SECRET)))
    change = {"connection": 1, "client_secret": first.event.form["connections"][0]["client_secret"]}
    correction = {"kind": "correction", "code": "0000-0000-0000-0000", "connections": [change]}
    for quoted, codes in ((first.registration, []), (registration_id("urn:x", "s-1"), ["SECRET_BOUND_ELSEWHERE"])):
        _, faults = sorted_out(entry(correction | {"reference": reference(quoted)}, "s-2"))
        assert [fault.code for fault in faults if fault.field != "code"] == codes


@pytest.mark.parametrize(
    "broken",
    [
        lambda token: f" {token}",
        lambda token: f"{token}\n",
        lambda token: f"{token}==",
        lambda token: token.replace(".", "==.", 1),
        lambda token: token.rpartition(".")[0],
        lambda _: "eyJ.a.b.c.d",
        lambda _: "eyJhbGciOiJkaXIifQ....",
    ],
)
def test_a_broken_token_is_no_secret_in_clear(broken: Callable[[str], str]) -> None:
    (ready,), _ = sorted_out(entry(raet(SECRET)))
    token = ready.event.form["connections"][0]["client_secret"]
    found, faults = sorted_out(entry(raet(broken(token))))
    assert (found, named(faults)) == ([], [("file:1", "connections.0.client_secret", "SECRET_NOT_SEALED")])


@each(
    [
        (b'{"submission_id":"s","form":', [("form", "NOT_JSON")]),
        (b"[]", [("form", "NOT_JSON")]),
        (entry([]), [("form", "WRONG_TYPE")]),
        (b'{"submission_id":"a"}', [("form", "REQUIRED")]),
        (b'{"submission_id":"a","form":null}', [("form", "REQUIRED")]),
        (b'{"headers":{"ce_source":"urn:x"},"data":{"submission_id":"a"}}', [("form", "REQUIRED")]),
        (b'{"headers":[],"data":{"submission_id":"a"}}', [("headers", "WRONG_TYPE")]),
        (b'{"data":{"submission_id":"a"}}', [("headers", "REQUIRED")]),
        (b'{"headers":{"ce_source":"urn:x"},"data":[]}', [("data", "WRONG_TYPE")]),
        (b'{"headers":{"ce_source":"urn:x"}}', [("data", "REQUIRED")]),
        (entry(loket(), None), [("submission_id", "SUBMISSION_ID_FORMAT")]),
        (entry(loket(), "a b"), [("submission_id", "SUBMISSION_ID_FORMAT")]),
        (entry(loket(), "s\n"), [("submission_id", "SUBMISSION_ID_FORMAT")]),
        (entry(loket(), source=7), [("source", "SOURCE_FORMAT")]),
        (entry(loket(), source="a\nb"), [("source", "SOURCE_FORMAT")]),
        (entry(loket(email="a@b.example, c@d.example")), [("email", "EMAIL_NOT_ONE")]),
        (entry(loket(loonheffingennummer="123456789L01")), [("loonheffingennummer", "LHNR_CHECK_DIGIT")]),
        (entry(loket()).replace(b"false", b"NaN"), [("form", "NOT_FINITE"), ("thirteenth_month", "WRONG_TYPE")]),
        (entry(loket()).replace(b'"dgas"', b'"kind":1,"dgas"'), [("kind", "DUPLICATE_KEY"), ("kind", "WRONG_TYPE")]),
        (entry(raet("x" * 513)), [("connections.0.client_secret", "SECRET_LENGTH")]),
        (entry(raet("")), [("connections.0.client_secret", "REQUIRED")]),
        (entry(raet(7)), [("connections.0.client_secret", "WRONG_TYPE")]),
        (
            entry(raet(SECRET, package="loket", client_id=None)),
            [("connections.0.client_secret", "SECRET_IN_WRONG_FIELD")],
        ),
        (entry(loket(wachtwoord=SECRET)), [("wachtwoord", "SECRET_IN_WRONG_FIELD")]),
        (entry(loket(connections=[1])), [("connections.0", "WRONG_TYPE")]),
    ]
)
def test_every_fault_is_named_by_place_field_and_code(case: tuple[bytes, list[tuple[str, str]]]) -> None:
    line, faults = case
    ready, found = sorted_out(line)
    assert ready == []
    assert named(found) == [("file:1", field, code) for field, code in faults]


def test_all_faults_of_all_forms_are_named_together() -> None:
    ready, faults = sorted_out(entry(loket(email="x", frequency="weekly")), entry(loket(), "s-2"), entry({}, "s-3"))
    assert [one.place for one in ready] == ["file:2"]
    assert {fault.place for fault in faults} == {"file:1", "file:3"}
    assert len(faults) == 10


def test_the_same_form_twice_is_sent_once_and_another_under_its_id_is_named() -> None:
    ready, faults = sorted_out(entry(raet(SECRET)), entry(raet(SECRET)), entry(raet("another")))
    assert [one.place for one in ready] == ["file:1"]
    assert named(faults) == [("file:3", "submission_id", "SUBMISSION_ID_REUSED")]


def test_faults_are_told_on_stderr_nothing_is_sent_and_no_secret_is_echoed(environment: Path) -> None:
    path = environment / "forms.ndjson"
    path.write_bytes(entry(raet(SECRET * 100)) + b"\n" + entry(loket(), "s-2"))
    result = submit(str(path))
    assert result.exit_code == 1
    assert result.stdout == ""
    first, last = result.stderr.splitlines()
    assert first.startswith(f"{path}:1: connections.0.client_secret: SECRET_LENGTH: ")
    assert last == "1 not valid, nothing sent"
    assert SECRET not in result.output


def test_faults_can_be_had_as_json(environment: Path) -> None:
    del environment
    result = submit("-", "--json", typed=entry(loket(email="x")))
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert said["submitted"] == []
    assert [(fault["place"], fault["field"], fault["code"]) for fault in said["faults"]] == [
        ("-:1", "email", "EMAIL_INVALID")
    ]


def test_a_kafka_that_does_not_answer_is_named(environment: Path) -> None:
    del environment
    result = submit("-", typed=entry(loket()))
    assert result.exit_code == 1
    assert f"Kafka at {NOWHERE} did not acknowledge" in result.stderr
    assert result.stdout == ""


def test_without_keylanes_keys_nothing_is_sealed(environment: Path) -> None:
    (environment / "jwks.json").write_text('{"keys": [{"kty": "EC"}]}')
    result = submit("-", typed=entry(raet(SECRET)))
    assert result.exit_code == 1
    assert "no keys of Keylane" in result.stderr
    assert SECRET not in result.output


def test_without_a_sandbox_it_says_how_to_get_one(tmp_path: Path) -> None:
    result = submit("-", "--state", str(tmp_path), typed=entry(loket()))
    assert result.exit_code == 1
    assert "`koppeling up` starts one" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["absent.json"], ["-", "--unknown"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert submit(*arguments).exit_code == 2
