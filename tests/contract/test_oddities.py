"""What stops nothing and is odd is found, whatever it is, and only that."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner
from real import emptied_sync, put

from ops.cli import main
from ops.story.policy_now import rights
from ops.terminal.output import COLUMNS
from sandbox.running import RunningSandbox
from schemas.events import FirstExchange
from schemas.ids import reference, registration_id
from services.intake.documents import Intake
from services.provisioning.documents import Contradiction, Link, LinkStage, Provisioning
from stream.document import Document

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
EXCHANGE = FirstExchange(on=date(2026, 3, 5), period_id="2026-02", rule_version="1", named_by_keylane=False)
PLAIN, CONTRADICTED, SET_ASIDE, GUESSED, UNUSUAL, LACKING, NEEDLESS, UNMANDATED = (
    registration_id("https://forms.example/odd", name)
    for name in ("plain", "contradicted", "date", "code", "number", "lacking", "needless", "mandate")
)
PENSIOENWET, OTHER, NO_MANDATE = "A02000000001", "A02000000002", "A02000000003"
LHNR = "812345678L01"


def intake(registration: str, hours: int, **odd: Any) -> Intake:
    return Intake(
        answer="submitted",
        since=SINCE + timedelta(hours=hours),
        reference=reference(registration),
        package="loket",
        company_name="Bakkerij",
        **odd,
    )


def provisioning(registration: str, **odd: Any) -> Provisioning:
    usual = {"employer_code": "8106625", "asked": "", "frequency": "month", "cycle": 1, "since": SINCE}
    moments = {"requested_at": SINCE, "realised_on": SINCE.date(), "first_exchange": EXCHANGE}
    links = tuple(
        Link.model_validate({**usual, **moments, "connection": number, "stage": LinkStage.REALISED, **more})
        for number, more in ((1, {}), (2, odd))
    )
    about = {"package": "loket", "company_name": "Bakkerij", "email": "loon@bakkerij.example"}
    return Provisioning.model_validate({"reference": reference(registration), "cycle": 1, "links": links, **about})


def asked(
    registration: str, contract: str, *, pensioenwet: bool, stage: LinkStage = LinkStage.REALISED
) -> Provisioning:
    links = {"rights": tuple(rights("loket", pensioenwet=pensioenwet)), "stage": stage}
    numbers = {"raamwerkcontractnummer": contract, "loonheffingennummer": LHNR}
    return provisioning(registration, **links).but(**numbers)


def policies() -> Iterator[tuple[str, str, bool]]:
    yield PENSIOENWET, "WIA Excedent", True
    yield OTHER, "Verzuim", True
    yield NO_MANDATE, "Verzuim", False


def documents() -> Iterator[tuple[str, str, Document]]:
    contradiction = Contradiction(report="failed", reported_at=SINCE)
    for registration, odd in ((PLAIN, {}), (CONTRADICTED, {"contradiction": contradiction})):
        yield "intake", registration, intake(registration, 1)
        yield "provisioning", registration, provisioning(registration, **odd)
    yield "intake", SET_ASIDE, intake(SET_ASIDE, 2)
    yield "provisioning", SET_ASIDE, provisioning(SET_ASIDE, warning="NO_WORKING_DAY", contradiction=contradiction)
    yield "intake", GUESSED, intake(GUESSED, 3, wrong_codes=2)
    yield "intake", UNUSUAL, intake(UNUSUAL, 4, warnings=("raamwerkcontractnummer CONTRACT_NUMBER_UNUSUAL",))
    yield "intake", LACKING, intake(LACKING, 5)
    yield "provisioning", LACKING, asked(LACKING, PENSIOENWET, pensioenwet=False)
    yield "intake", NEEDLESS, intake(NEEDLESS, 6)
    yield "provisioning", NEEDLESS, asked(NEEDLESS, OTHER, pensioenwet=True, stage=LinkStage.ACCEPTED)
    yield "intake", UNMANDATED, intake(UNMANDATED, 7, form={"kind": "employer_registration"})
    yield "provisioning", UNMANDATED, asked(UNMANDATED, NO_MANDATE, pensioenwet=False)
    for name, known in (
        ("as the policy is", partial(asked, contract=PENSIOENWET, pensioenwet=True)),
        ("as another policy is", partial(asked, contract=OTHER, pensioenwet=False)),
        ("refused", partial(asked, contract=OTHER, pensioenwet=True, stage=LinkStage.REFUSED)),
        ("of its own accord", partial(asked, contract=NO_MANDATE, pensioenwet=False)),
    ):
        ordinary = registration_id("https://forms.example/odd", name)
        yield "intake", ordinary, intake(ordinary, 8, form={"kind": "self_managed"})
        yield "provisioning", ordinary, known(ordinary)


@pytest.fixture(scope="module")
def known(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    with emptied_sync(sandbox, "intake", "enrichment", "provisioning") as connection:
        for contract, product, mandate_present in policies():
            connection.execute(
                "insert into enrichment.policy values (%s, %s, %s, %s, '2026-01-01', '{}', 'SV-loon', %s)",
                [contract, LHNR, ["P1"], [product], mandate_present],
            )
        for schema, key, document in documents():
            put(connection, schema, key, document)
        yield sandbox


def oddities(known: RunningSandbox, *words: str) -> str:
    said = CliRunner().invoke(main, ["oddities", *words, "--state", str(known.state.path)])
    assert said.exit_code == 0, said.output
    return said.stdout


def found(known: RunningSandbox, *words: str) -> list[tuple[str, list[str]]]:
    return [
        (one["registration"], [reason["code"] for reason in one["attention"]])
        for one in json.loads(oddities(known, *words, "--json"))
    ]


def test_all_that_is_odd_is_listed_the_newest_first(known: RunningSandbox) -> None:
    assert found(known) == [
        (UNMANDATED, ["MANDATE_MISSING"]),
        (NEEDLESS, ["RIGHTS_OUTDATED"]),
        (LACKING, ["RIGHTS_OUTDATED"]),
        (UNUSUAL, ["CONTRACT_NUMBER_UNUSUAL"]),
        (GUESSED, ["WRONG_CODES"]),
        (SET_ASIDE, ["NO_WORKING_DAY", "CONTRADICTION"]),
        (CONTRADICTED, ["CONTRADICTION"]),
    ]


def test_of_one_kind_only_that_is_listed_and_told(known: RunningSandbox) -> None:
    assert found(known, "--code", "CONTRADICTION") == [
        (SET_ASIDE, ["CONTRADICTION"]),
        (CONTRADICTED, ["CONTRADICTION"]),
    ]


def test_people_are_told_in_lines_and_how_many_are_left_out(known: RunningSandbox) -> None:
    lines = oddities(known, "--limit", "3").splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert (lines[-1], reference(CONTRADICTED) in str(lines)) == ("and 4 older: --limit shows more", False)
    assert oddities(known, "--code", "nothing_such") == (
        "nothing odd has the code NOTHING_SUCH: without --code all is listed\n"
    )


def test_programs_hear_beside_the_list_how_many_are_left_out(known: RunningSandbox) -> None:
    words = ["oddities", "--limit", "3", "--json", "--state", str(known.state.path)]
    said = CliRunner().invoke(main, words)
    assert (len(json.loads(said.stdout)), said.stderr) == (3, "and 4 older: --limit shows more\n")
