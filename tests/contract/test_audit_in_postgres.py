"""What the audit reads in Postgres, against the real tables."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import click
import pytest
from real import empty, migrated

from ops.actions.action import record_actions
from ops.audit.deeds_evidence import read_deeds
from ops.audit.judge.evidence import Deeds
from ops.audit.judge.recipes import effect_row
from ops.audit.postgres_evidence import Wanted, is_small, read_tables
from ops.mails.ledger_mail import mails_of
from ops.mails.resending import resend
from ops.mails.settlement import Verdict, settle
from sandbox.running import RunningSandbox
from stream.postgres_pause import pause, resume

WHY = "a test"
PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, body_started_at)
values ($1, 3, 'somebody', 'link-realised', $2, 'applicant', 0, $3, $4, now() - interval '1 hour')
"""


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    """Nothing of the test stays: what is on the operators' record is there for ever."""
    migrated(sandbox.endpoints().postgres.url)
    for service in ("intake", "notifier"):
        empty(sandbox, service)
    connection = await asyncpg.connect(sandbox.endpoints().postgres.url)
    whole = connection.transaction()
    await whole.start()
    yield connection
    await whole.rollback()
    await connection.close()


def mail(number: int, epoch: int = 0) -> UUID:
    return effect_row("somebody", "link-realised", f"connection {number}", "applicant", epoch)


async def plan(database: Any, number: int, status: str) -> None:
    payload = json.dumps({"email": "kas@korst.example", "code_for": None})
    await database.execute(PLAN, mail(number), f"connection {number}", payload, status)


async def deeds(database: Any) -> Deeds:
    found = await read_deeds(database, {"notifier": await read_tables(database, "notifier", 100)})
    assert found is not None
    return found


async def test_each_way_to_have_a_mail_planned_anew_is_a_deed_and_a_copy_is_none(database: Any) -> None:
    for number, status in enumerate(("SENT", "UNCERTAIN", "SENT", "UNCERTAIN"), start=1):
        await plan(database, number, status)
    (sent,) = await mails_of(database, mail=mail(1))
    await resend(database, sent, "baas@korst.example", WHY)
    for number, verdict in ((2, Verdict.NOT_SENT), (4, Verdict.SENT)):
        (uncertain,) = await mails_of(database, mail=mail(number))
        await record_actions(database, verdict.deed, WHY, [await settle(database, uncertain, verdict, 60)])
    await database.execute("insert into notifier.effect select ($1::notifier.effect).*", await copied(database, 3))
    assert (await deeds(database)).planned_anew == {mail(1, 1), mail(2, 1)}


async def test_it_is_read_when_a_mail_is_tried_next(database: Any) -> None:
    await plan(database, 1, "PLANNED")
    await database.execute("update notifier.effect set not_before = now() + interval '1 hour'")
    (row,) = (await read_tables(database, "notifier", 100)).effects
    assert (row.planned_at, row.not_before) == tuple(
        await database.fetchrow("select planned_at, not_before from notifier.effect")
    )


async def copied(database: Any, number: int) -> Any:
    """A mail's row in the next epoch."""
    row = dict(await database.fetchrow("select * from notifier.effect where id = $1", mail(number)))
    return tuple({**row, "id": mail(number, 1), "epoch": 1}.values())


async def test_a_forced_replay_counts_when_the_action_says_so_too(database: Any) -> None:
    known = (await deeds(database)).forced
    epoch = max((one for epochs in known.values() for one in epochs), default=0) + 1_000
    replay = await database.fetchval(_REPLAY, epoch)
    assert (await deeds(database)).forced == known
    await database.execute(_ACTION, str(replay), json.dumps({"epoch": epoch}))
    assert (await deeds(database)).forced["notifier"] == known.get("notifier", frozenset()) | {epoch}


_REPLAY = """
insert into operations.replay (id, service, topic, asked, ranges, positions, finished_at, epoch)
values (gen_random_uuid(), 'notifier', 'link-realised', 'a test', '{}', '{}', now(), $1) returning id
"""
_ACTION = """
insert into operations.action (command, who, what, why, service, target, before, after)
values (gen_random_uuid(), 'a test', 'force', 'a test', 'notifier', $1, '{}', $2)
"""


async def test_documents_and_mails_alone_are_enough_for_much(database: Any) -> None:
    services = ("intake", "notifier")
    for number in range(3):
        await plan(database, number, "SENT")
    await database.execute(_DOCUMENTS, 4)
    assert [await is_small(database, services, most) for most in (2, 3, 4)] == [False, False, True]
    assert await is_small(database, ["notifier"], 3)
    for most in (3, 4):
        small = await is_small(database, services, most)
        tables = await read_tables(database, "intake", most, None if small else Wanted((), ["somebody 1"]))
        assert len(tables.states) == (4 if small else 1)


async def test_of_much_the_mails_that_are_open_are_found_without_those_that_are_sent(database: Any) -> None:
    for number, status in enumerate(("SENT", "PLANNED", "CLAIMED", "BODY_STARTED", "UNCERTAIN", "FAILED")):
        await plan(database, number, status)
    await database.execute("set local enable_seqscan = off")
    tables = await read_tables(database, "notifier", 100, Wanted((), ()))
    assert {row.id for row in tables.effects} == {mail(number) for number in range(1, 5)}
    assert await database.fetchval(_LOOKED_THROUGH) == 0


_LOOKED_THROUGH = """
select seq_scan from pg_stat_xact_user_tables where schemaname = 'notifier' and relname = 'effect'
"""


async def test_what_is_too_much_all_the_same_names_the_option(database: Any) -> None:
    await database.execute(_DOCUMENTS, 4)
    with pytest.raises(click.ClickException, match=r"intake.state has more than 3 rows .*--records"):
        await read_tables(database, "intake", 3)


# One more was made to be locked, and never written.
_DOCUMENTS = """
insert into intake.state (kind, key, lane, document)
select 'intake', 'somebody ' || n, case n when 0 then -1 else 0 end, case n when 0 then null else '{}'::jsonb end
from generate_series(0, $1::int) n
"""


async def test_a_pause_is_read_with_its_reason_until_it_is_over(database: Any) -> None:
    assert await pause(database, "notifier", WHY)
    paused = (await read_tables(database, "notifier", 100)).paused
    assert paused is not None
    assert (paused.reason, paused.since) == (WHY, await database.fetchval("select now()"))
    assert (await read_tables(database, "intake", 100)).paused is None
    assert await resume(database, "notifier")
    assert (await read_tables(database, "notifier", 100)).paused is None
