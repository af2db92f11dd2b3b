"""A registration is found by what its own people know: a part of the name, the address, the loonheffingennummer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from real import emptied_sync, put

from ops.cli import main
from ops.servers import administrator
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from services.intake.documents import BeforeCorrection, Intake
from services.provisioning.documents import Provisioning

pytestmark = pytest.mark.sandbox

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
APPLICANT, ASKING, PROCESSOR, ENDED, CORRECTED = NAMES = (
    "applicant", "asking", "processor", "ended", "corrected",
)  # fmt: skip
IDS = {name: registration_id("https://forms.example/search", name) for name in NAMES}
DOCUMENTS: dict[str, dict[str, Any]] = {
    APPLICANT: {
        "answer": "submitted", "company_name": "Crèche Zoë & Co", "email": "Zoe@Creche.example",
        "form": {"loonheffingennummer": " 123456782.l01"},
    },
    ASKING: {
        "answer": "requested", "company_name": "Garage Öst Ĳzer", "email": "kas@ost.example",
        "form": {"loonheffingennummer": "812345678 L 02", "processor_email": "loon@kantoor.example"},
    },
    PROCESSOR: {"answer": "applied", "company_name": "Kantoor 100% Loon", "email": "loon@kantoor.example"},
    ENDED: {"answer": "ended", "company_name": "creche de Vink", "email": "vink@creche.example", "form": None},
    CORRECTED: {
        "answer": "held", "company_name": "Nieuwe Naam", "email": "nieuw@naam.example",
        "form": {"loonheffingennummer": None},
        "stands": BeforeCorrection(
            form={}, email="oud@naam.example", company_name="Oude Zaak", package="loket", sealed_to=(), claims=()
        ),
    },
}  # fmt: skip
"""The first is the oldest."""
FOUND_BY_HAND = "012345672L01"
MAILED = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload)
values (md5(%s)::uuid, 0, %s, 'link-requested', 'cycle 1', 'processor', 0, jsonb_build_object('email', %s::text))
"""


@pytest.fixture(scope="module")
def state(sandbox: RunningSandbox) -> Iterator[str]:
    with emptied_sync(sandbox, "intake", "enrichment", "provisioning", "notifier") as connection:
        for hours, (name, fields) in enumerate(DOCUMENTS.items()):
            common = {"since": SINCE + timedelta(hours=hours), "reference": reference(IDS[name]), "package": "loket"}
            put(connection, "intake", IDS[name], Intake.model_validate(common | fields))
        about = {"package": "loket", "company_name": "Nieuwe Naam", "email": "nieuw@naam.example", "cycle": 1}
        known = {"reference": reference(IDS[CORRECTED]), "loonheffingennummer": FOUND_BY_HAND, **about}
        put(connection, "provisioning", IDS[CORRECTED], Provisioning.model_validate(known))
        for name, address in ((ASKING, "Loon@kantoor.example"), (CORRECTED, "oud@naam.example")):
            connection.execute(MAILED, [name, IDS[name], address])
        yield str(sandbox.state.path)


def status(state: str, *words: str) -> Result:
    result = CliRunner().invoke(main, ["status", *words, "--state", state], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CRECHE", [ENDED, APPLICANT]),
        ("crèche", [ENDED, APPLICANT]),
        ("zoe", [APPLICANT]),
        ("ÖST", [ASKING]),
        ("ost", [ASKING]),
        ("ijzer", [ASKING]),
        ("100%", [PROCESSOR]),
        ("%", [PROCESSOR]),
        ("oude zaak", [CORRECTED]),
        ("nowhere", []),
        ("zoe@creche.EXAMPLE", [APPLICANT]),
        ("loon@kantoor.example", [PROCESSOR, ASKING]),
        ("oud@naam.example", [CORRECTED]),
        ("oe@creche.example", []),
        ("123456782L01", [APPLICANT]),
        ("1234.56.782 l01", [APPLICANT]),
        ("123456782L02", []),
        (FOUND_BY_HAND, [CORRECTED]),
    ],
)
def test_it_is_found_the_newest_first_and_nothing_else_is(state: str, typed: str, found: list[str]) -> None:
    listed = json.loads(status(state, "--search", typed, "--json").stdout)
    assert [one["registration"] for one in listed] == [IDS[name] for name in found]


def test_people_see_a_list_and_how_many_are_left_out(state: str) -> None:
    told = status(state, "--search", "creche", "--limit", "1").stdout
    assert reference(IDS[ENDED]) in told
    assert reference(IDS[APPLICANT]) not in told
    assert told.splitlines()[-1] == "and 1 older: --limit 2 shows all"


def test_programs_hear_beside_the_list_how_many_are_left_out(state: str) -> None:
    said = status(state, "--search", "creche", "--limit", "1", "--json")
    assert (len(json.loads(said.stdout)), said.stderr) == (1, "and 1 older: --limit 2 shows all\n")


def test_beside_a_list_and_a_story_it_is_said_which_services_take_nothing(state: str, sandbox: RunningSandbox) -> None:
    typed = ((), ("--search", "creche"), (IDS[APPLICANT],))
    with emptied_sync(sandbox, "timeline") as database:
        database.execute("insert into timeline.pause (reason) values ('a defect')")
        database.execute("insert into timeline.brake (release, pulled_at, reason) values ('1.4.0', now(), 'ten')")
        lists = [status(state, *words).stdout.splitlines() for words in typed]
    said = ["timeline is paused", "timeline 1.4.0 has stopped itself (`koppeling brake list`)"]
    assert [[line.partition(" since")[0] for line in lines[-2:]] for lines in lists] == [said] * len(typed)


def test_where_nothing_is_found_that_is_said(state: str) -> None:
    assert status(state, "--search", "nowhere").stdout.startswith("no registration has that as its name")


def test_a_locked_table_is_told_of_before_every_document_could_have_been_read(
    state: str, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administrator, "STATEMENT_TIMEOUT", "500ms")
    with psycopg.connect(sandbox.endpoints().postgres.url) as other:
        other.execute("set idle_in_transaction_session_timeout = '10s'")
        other.execute("lock table intake.state in access exclusive mode")
        said = CliRunner().invoke(main, ["status", "--search", "creche", "--state", state])
    assert (said.exit_code, "Is a table locked?" in said.output) == (1, True)


def test_no_number_is_shown_of_whom_it_found(state: str) -> None:
    for words in (("--search", "123456782L01"), ("--search", "123456782L01", "--json")):
        assert "123456782" not in status(state, *words).output
