"""What employers asked of a processor follows it to another address: planned, recorded, and left to intake."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.rows import dict_row
from real import emptied_sync, put

from ops.asr.processor_move import HELD_AFTER
from ops.cli import main
from payroll.address_key import address_key
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from services.intake import gate
from services.intake.documents import Intake, Processor
from services.intake.moved_processor import MovedProcessor
from stream.document import Document

OLD, NEW = "Oud@kantoor.example", "nieuw@kantoor.example"
CONFIRMED, APPLIED, STILL, ASKED, ELSEWHERE, WITHDRAWN, HELD, WORKS = (
    registration_id("https://forms.example/moves", name)
    for name in ("confirmed", "applied", "still", "asked", "elsewhere", "withdrawn", "held", "works")
)
WHY = ("--apply", "--reason", "told by telephone")


def intake(registration: str, answer: str, name: str, **more: Any) -> tuple[str, Document]:
    known = {"answer": answer, "reference": reference(registration), "company_name": name, "package": None}
    return registration, Intake(since=datetime(2026, 1, 2, tzinfo=UTC), **known | more)


def request(registration: str, name: str, processor: str, answer: str = "requested") -> tuple[str, Document]:
    return intake(registration, answer, name, form={"kind": "link_request", "processor_email": processor})


def documents() -> Iterator[tuple[str, Document]]:
    yield intake(CONFIRMED, "confirmed", "Kantoor Verhuisd", email=NEW, package="exact")
    yield intake(APPLIED, "applied", "Kantoor Nieuw", email="ander@kantoor.example", package="exact")
    yield gate.of_processor(OLD, "loket"), Processor(registration=STILL, confirmed=True)
    yield request(ASKED, "Bakkerij Volgzaam", f" {OLD.upper()} ")
    yield request(ELSEWHERE, "Bakkerij Elders", "ander@kantoor.example")
    yield request(WITHDRAWN, "Bakkerij Gestopt", OLD, "ended")
    by_processor = {"kind": "employer_registration", "email": OLD}
    yield intake(HELD, "held", "Bakkerij Wacht", form=by_processor)
    yield intake(WORKS, "submitted", "Bakkerij Werkt", form=by_processor)


@pytest.fixture
def database(sandbox: RunningSandbox) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with emptied_sync(sandbox, "intake", row_factory=dict_row) as connection:
        for key, document in documents():
            put(connection, "intake", key, document, lane=4)
        yield connection


def typed(sandbox: RunningSandbox, whose: str = CONFIRMED, left: str = OLD, *more: str) -> Result:
    words = ("processors", "move", reference(whose), "--from", left, *more)
    return CliRunner().invoke(main, [*words, "--state", str(sandbox.state.path)])


def queued(database: psycopg.Connection[dict[str, Any]]) -> list[dict[str, Any]]:
    return database.execute("select * from intake.redelivery").fetchall()


def done(database: psycopg.Connection[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    return database.execute("select * from operations.action where what = %s order by at", [what]).fetchall()


def test_the_plan_names_who_follows_and_who_is_registered_there_still_and_changes_nothing(
    sandbox: RunningSandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    before = done(database, "move processor")
    plan = typed(sandbox)
    assert plan.exit_code == 0, plan.output
    assert "requests that follow it: 1" in plan.stdout
    assert f"{reference(ASKED)}  Bakkerij Volgzaam" in plan.stdout
    assert f"{reference(STILL)} is registered at the old address still" in plan.stdout
    assert f"{reference(HELD)}  Bakkerij Wacht" in plan.stdout
    assert not [name for name in ("Elders", "Gestopt", "Werkt") if name in plan.stdout]
    assert "nothing was changed" in plan.stdout
    assert (queued(database), done(database, "move processor")) == ([], before)
    assert set(done(database, "look")[-1]["after"]["references"]) == {
        reference(one) for one in (CONFIRMED, ASKED, HELD, STILL)
    }


def test_each_is_told_in_its_own_lane_what_is_held_behind_the_requests_and_on_record_without_an_address(
    sandbox: RunningSandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    before = len(done(database, "move processor"))
    said = typed(sandbox, CONFIRMED, OLD, *WHY)
    assert said.exit_code == 0, said.output
    first, last = sorted(queued(database), key=lambda row: row["due_at"])
    assert [(row["key"], row["lane"], row["blocks"]) for row in (first, last)] == [(ASKED, 4, True), (HELD, 4, True)]
    assert last["due_at"] - first["due_at"] == HELD_AFTER
    assert MovedProcessor(address_key(OLD), NEW).text in bytes(first["value"]).decode()
    actions = done(database, "move processor")[before:]
    assert {(one["target"], one["registration"]) for one in actions} == {(reference(me), me) for me in (ASKED, HELD)}
    assert {(one["why"], one["after"]["processor"]) for one in actions} == {("told by telephone", reference(CONFIRMED))}
    assert "@" not in str(actions)


@pytest.mark.parametrize(
    ("whose", "left", "said"),
    [
        (APPLIED, OLD, (1, "it is applied")),
        (CONFIRMED, NEW, (1, "it is registered at that very address")),
        (CONFIRMED, "nobody@kantoor.example", (1, "no held registration names that address")),
        (ASKED, OLD, (1, "there is no processor")),
        (CONFIRMED, "two@kantoor.example, three@kantoor.example", (2, "it is not a valid address")),
    ],
)
def test_what_nothing_can_follow_from_is_refused_and_shows_nobody(
    sandbox: RunningSandbox,
    database: psycopg.Connection[dict[str, Any]],
    whose: str,
    left: str,
    said: tuple[int, str],
) -> None:
    code, why = said
    ended = typed(sandbox, whose, left, *WHY)
    assert (ended.exit_code, why in ended.output) == (code, True), ended.output
    assert not any(name in ended.output for name in ("Kantoor", "Bakkerij", "kantoor.example"))
    assert queued(database) == []
