"""Who is stuck, and who of them can be driven on, by documents in Postgres."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from real import emptied

from ops.stuck.found import WAITS_FOR, find_stuck
from ops.stuck.silent import SilentRegistrations
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake
from services.monitor.stage import Stage
from services.provisioning.documents import Link, LinkStage, Provisioning
from stream.document import Document

NAMES = [registration_id("urn:a-test", f"stuck-{number}") for number in range(2)]
SCHEMAS = ("intake", "enrichment", "provisioning")
PARKED = """
insert into provisioning.redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, hash,
  reason, first_at)
values (gen_random_uuid(), 0, $1, 'parked', 1, true, 'policy-enriched', 0, 0, '', '', 'DEFECT_KeyError', now())
"""
AT_ONCE = dict.fromkeys(WAITS_FOR, 0)


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    async with emptied(sandbox, *SCHEMAS) as connection:
        for number, name in enumerate(NAMES):
            since = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=number)
            for schema, document in requested(name, since).items():
                put = f"insert into {schema}.state (kind, key, lane, document) values ($1, $2, 0, $3)"  # noqa: S608  ours
                await connection.execute(put, document.kind, name, document.to_json())
        yield connection


def requested(name: str, since: datetime) -> dict[str, Document]:
    """The documents of a registration of which nobody has heard since Keylane was asked."""
    link = Link(
        connection=1,
        employer_code="8106625",
        stage=LinkStage.REQUESTED,
        since=since,
        requested_at=since,
        cycle=1,
        asked="",
        frequency="month",
    )
    known: dict[str, Any] = {"reference": reference(name), "package": "loket", "company_name": "Bakkerij Stil"}
    return {
        "intake": Intake(answer="submitted", since=since, **known),
        "enrichment": Enrichment(reference=reference(name), cycle=1, since=since),
        "provisioning": Provisioning(
            **known,
            email="stil@bakkerij.example",
            raamwerkcontractnummer="A020100003",
            loonheffingennummer="812345678L01",
            cycle=1,
            links=(link,),
        ),
    }


async def test_who_waits_for_keylane_s_first_word_is_held_up_by_a_provisioning_that_is_paused(database: Any) -> None:
    for paused in (False, True):
        if paused:
            await database.execute("insert into provisioning.pause (since, reason) values (now(), 'a test')")
        async with database.transaction():
            found = await find_stuck(database, AT_ONCE, {Stage.REQUESTED}, limit=9)
        waits_for = "provisioning, which is paused" if paused else "Keylane"
        assert [(one.held_up, one.waits_for) for one in found.shown] == [(paused, waits_for)] * len(NAMES)


async def test_who_is_held_up_takes_nobody_s_place_among_those_who_can_be_driven_on(database: Any) -> None:
    await database.execute(PARKED, NAMES[0])
    listed = {}
    for held_up in (True, False):
        async with database.transaction():
            found = await find_stuck(database, AT_ONCE, {Stage.REQUESTED}, limit=1, held_up=held_up)
        listed[held_up] = ([one.registration for one in found.shown], found.total)
    assert listed == {True: ([NAMES[0]], 2), False: ([NAMES[1]], 1)}

    await database.execute("insert into provisioning.pause (reason) values ('a test')")
    async with database.transaction():
        nobody = await find_stuck(database, AT_ONCE, {Stage.REQUESTED}, limit=1, held_up=False)
    assert (nobody.shown, nobody.total) == ([], 0)


@pytest.mark.parametrize("stretch_documents", [1, 2, 3, 9])
async def test_who_is_stuck_is_the_same_however_short_the_stretches_are(database: Any, stretch_documents: int) -> None:
    for number in range(5):
        name = registration_id("urn:a-test", f"more-{number}")
        document = requested(name, datetime(2026, 1, 1, number, tzinfo=UTC))["enrichment"]
        put = "insert into enrichment.state (kind, key, lane, document) values ($1, $2, 0, $3)"
        await database.execute(put, document.kind, name, document.to_json())
    silent = SilentRegistrations(database, AT_ONCE, held_up=True, stretch_documents=stretch_documents)
    async with database.transaction():
        found = await silent.oldest(6)
    first = [registration_id("urn:a-test", f"more-{number}") for number in range(5)]
    assert ([row["key"] for row in found.shown], found.total) == ([*first, NAMES[0]], 7)
    assert [row["stage"] for row in found.shown] == [Stage.ENRICHED] * 5 + [Stage.REQUESTED]


async def test_a_link_request_is_among_them_once_intake_has_marked_it(database: Any) -> None:
    since = datetime(2026, 1, 2, tzinfo=UTC)
    put = "insert into intake.state (kind, key, lane, document) values ($1, $2, 0, $3)"
    for name, overdue in (("asks", False), ("asks in vain", True)):
        known = Intake(
            answer="requested",
            since=since,
            reference=reference(name),
            package=None,
            company_name="Vraagt",
            overdue=overdue,
        )
        await database.execute(put, Intake.kind, name, known.to_json())
    async with database.transaction():
        found = await find_stuck(database, {}, {Stage.LINK_REQUESTED}, limit=9)
    assert [(one.registration, one.waits_for) for one in found.shown] == [
        ("asks in vain", "the processor to take it up")
    ]
