"""Who sees names and addresses is on record before they are shown, whatever command shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.rows import dict_row
from real import emptied_sync, put

from ops.cli import main
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from schemas.values import Connection, Registration
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake, Reference
from stream.document import Document

PROCESSOR, EMPLOYER = (registration_id("https://forms.example/looks", name) for name in ("processor", "employer"))
NAMES = ("Kantoor Zichtbaar", "inzage@kantoor.example", "Bakkerij Gezien")
SINCE = datetime(2026, 1, 2, tzinfo=UTC)
NUMBERS = ("--raamwerkcontractnummer", "A0201234", "--loonheffingennummer", "123456782L01")
SHOWN = [
    (("status",), {PROCESSOR, EMPLOYER}),
    (("status", "--json"), {PROCESSOR, EMPLOYER}),
    (("status", "--search", "gezien"), {EMPLOYER}),
    (("status", "--search", "gezien", "--json"), {EMPLOYER}),
    (("status", reference(EMPLOYER)), {EMPLOYER}),
    (("stuck",), {PROCESSOR, EMPLOYER}),
    (("stuck", "--json", "--stage", "awaiting_policy"), {EMPLOYER}),
    (("oddities",), {PROCESSOR, EMPLOYER}),
    (("processors", "list"), {PROCESSOR}),
    (("processors", "list", "--json"), {PROCESSOR}),
    (("processors", "confirm", reference(PROCESSOR)), {PROCESSOR}),
    (("processors", "decline", reference(PROCESSOR)), {PROCESSOR}),
    (("policies", "match", reference(EMPLOYER), *NUMBERS), {EMPLOYER}),
]
"""Each command that shows names, and whose."""
COMMANDS = [" ".join(words[:2]) for words, _ in SHOWN]


def documents() -> Iterator[tuple[str, str, Document]]:
    """Of a processor that waits for its review, and an employer that waits for its policy."""
    for one, answer, name in ((PROCESSOR, "applied", NAMES[0]), (EMPLOYER, "submitted", NAMES[2])):
        known: dict[str, Any] = {"answer": answer, "reference": reference(one), "company_name": name, "email": NAMES[1]}
        yield "intake", one, Intake(since=SINCE, package="loket", wrong_codes=1, **known)
        yield "intake", reference(one), Reference(registration=one)
    waiting = Registration(
        reference=reference(EMPLOYER),
        kind="self_managed",
        package="loket",
        company_name=NAMES[2],
        processor_name=None,
        email=NAMES[1],
        raamwerkcontractnummer=None,
        loonheffingennummer=None,
        frequency="month",
        thirteenth_month=False,
        dgas=(),
        identifiers=(),
        connections=(Connection(connection=1, employer_code="8106625"),),
    )
    awaits = Enrichment(reference=reference(EMPLOYER), cycle=1, since=SINCE, reason="NUMBERS_MISSING", waiting=waiting)
    yield "enrichment", EMPLOYER, awaits


@pytest.fixture(scope="module")
def database(sandbox: RunningSandbox) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with emptied_sync(sandbox, "intake", "enrichment", "provisioning", row_factory=dict_row) as connection:
        for schema, key, document in documents():
            put(connection, schema, key, document)
        yield connection


def typed(sandbox: RunningSandbox, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--state", str(sandbox.state.path)])


def looks(database: psycopg.Connection[dict[str, Any]]) -> list[dict[str, Any]]:
    return database.execute("select * from operations.action where what = 'look'").fetchall()


@pytest.mark.parametrize(("words", "whose"), SHOWN, ids=COMMANDS)
def test_who_sees_names_is_on_record_with_whose_they_are(
    words: tuple[str, ...],
    whose: set[str],
    sandbox: RunningSandbox,
    database: psycopg.Connection[dict[str, Any]],
) -> None:
    before = {row["id"] for row in looks(database)}
    said = typed(sandbox, *words)
    assert (said.exit_code, any(name in said.stdout for name in NAMES)) == (0, True), said.output
    (row,) = [row for row in looks(database) if row["id"] not in before]
    named = row["after"].get("references") or [reference(row["registration"])]
    assert (row["service"], set(named)) == (words[0], {reference(one) for one in whose})
    assert not any(name in str(row) for name in NAMES)


@contextmanager
def nothing_can_be_recorded(database: psycopg.Connection[dict[str, Any]]) -> Iterator[None]:
    database.execute("alter table operations.action add constraint refused check (what <> 'look') not valid")
    try:
        yield
    finally:
        database.execute("alter table operations.action drop constraint refused")


@pytest.mark.parametrize("words", [words for words, _ in SHOWN], ids=COMMANDS)
def test_what_cannot_be_recorded_is_not_shown(
    words: tuple[str, ...], sandbox: RunningSandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    with nothing_can_be_recorded(database):
        said = typed(sandbox, *words)
    assert (said.exit_code, any(name in said.output for name in NAMES)) == (1, False)


def test_a_list_of_nobody_is_nobody_s_data(
    sandbox: RunningSandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    before = looks(database)
    assert typed(sandbox, "stuck", "--stage", "enriched").exit_code == 0
    assert looks(database) == before
