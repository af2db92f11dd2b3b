"""A journal of thousands of rows of all ages pruned by the command's own parts: exactly what may go is gone."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from signal import SIGINT

import asyncpg
import click
import pytest
from real import empty

from ops.prune.pruning import Pruning
from ops.servers.administrator import connected
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from stream.memory.manual_clock import ManualClock
from stream.postgres_prune import _PRUNE, STRETCH_PAGES, Pruner

ROWS = 20_000
LINE = datetime(2024, 1, 1, tzinfo=UTC)
WHY = "a test"
# Every second one is old. Of each hundred the row of the queue, the answer and the documents keep one old one each.
MADE = """
insert into intake.journal (id, hash, attempt, outcome, events, subject, first_at)
select md5('journal ' || n)::uuid, '\\x00', case n % 100 when 10 then 2 else 1 end, 'emit', convert_to(repeat('x', 200),
  'UTF8'), 'subject ' || n, $2::timestamptz + case n % 2 when 0 then - interval '1 s' else interval '1000 days' end
from generate_series(1, $1::int) n
"""
QUEUED = """
insert into intake.redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, hash,
  reason, first_at, answered_by)
select md5(case n % 100 when 20 then 'journal ' else 'row ' end || n)::uuid, 0, 'key ' || n, 'parked', 1, false,
  'forms', 0, n, '\\x00', '\\x00', 'WAITS', now(), case n % 100 when 30 then md5('journal ' || n)::uuid end
from generate_series(1, $1::int) n where n % 100 in (20, 30)
"""
REMEMBERED = """
insert into intake.state (kind, key, lane, due_at, waits_for)
select 'kind ' || n % 3, 'subject ' || n, 0, case n % 100 when 40 then now() end,
  case n % 100 when 50 then array['a gate'] else '{}' end
from generate_series(1, $1::int) n where n % 100 in (40, 50, 60)
"""
LEFT = """
select count(*) from intake.journal j join generate_series(1, $1::int) n on j.id = md5('journal ' || n)::uuid
where n % 2 = 1 or n % 100 in (10, 20, 30, 40, 50)
"""
TO_GO = ROWS // 2 - 5 * ROWS // 100


class KilledError(Exception):
    """The command is gone."""


class Killing(ManualClock):
    """A clock on which somebody dies the third time that he rests."""

    rests = 0

    async def sleep(self, seconds: float) -> None:
        self.rests += 1
        if self.rests == 3:
            raise KilledError
        await super().sleep(seconds)


@pytest.fixture
async def journal(sandbox: RunningSandbox, intake_url: str) -> AsyncIterator[str]:
    """The administrator's address of a database with such a journal."""
    assert intake_url
    empty(sandbox, "intake")
    url = sandbox.endpoints().postgres.url
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(MADE, ROWS, LINE)
        await connection.execute(QUEUED, ROWS)
        await connection.execute(REMEMBERED, ROWS)
    finally:
        await connection.close()
    yield url
    empty(sandbox, "intake")


async def pruned(url: str, clock: ManualClock) -> tuple[int, int]:
    """How many the plan foretold, and how many went."""
    async with connected(url) as database:
        pruning = Pruning(database, clock, "intake", LINE)
        plan = await pruning.plan()
        await pruning.run(plan, WHY)
        return plan.to_go, pruning.gone


async def counted(url: str) -> tuple[int, int]:
    """The rows of the journal, and how many of those that must stay."""
    async with connected(url) as database:
        rows = await database.fetchval("select count(*) from intake.journal")
        return rows, await database.fetchval(LEFT, ROWS)


async def test_exactly_what_may_go_is_gone_also_after_it_was_killed_half_way(journal: str) -> None:
    async with connected(journal) as database:
        assert len(await Pruner(database, "intake", LINE).begin()) > 3, f"fewer than {3 * STRETCH_PAGES} pages"
        plan = await Pruning(database, ManualClock(LINE), "intake", LINE).plan()
    assert (plan.rows, plan.to_go, plan.pruned_up_to) == (ROWS, TO_GO, None)
    assert plan.oldest_left == LINE - timedelta(seconds=1)

    with pytest.raises(KilledError):
        await pruned(journal, Killing(LINE))
    rows, kept = await counted(journal)
    assert (ROWS - TO_GO < rows < ROWS, kept) == (True, ROWS - TO_GO)

    assert await pruned(journal, ManualClock(LINE)) == (rows - kept, rows - kept)
    assert await counted(journal) == (ROWS - TO_GO, ROWS - TO_GO)
    assert await pruned(journal, ManualClock(LINE)) == (0, 0)


async def test_the_line_stands_before_anything_goes_and_each_run_is_on_record(journal: str) -> None:
    async with connected(journal) as database:
        begun = await database.fetchval("select now()")
    with pytest.raises(KilledError):
        await pruned(journal, Killing(LINE))
    await pruned(journal, ManualClock(LINE))
    async with connected(journal) as database:
        assert await database.fetchval("select up_to from intake.pruned") == LINE
        done = await database.fetch("select what, service, why from operations.action where at > $1", begun)
    assert [tuple(row) for row in done] == [("prune", "intake", WHY)] * 2


async def test_of_two_at_once_one_is_refused_and_changes_nothing(journal: str) -> None:
    async with connected(journal) as other:
        assert await Pruner(other, "intake", LINE).lock()
        with pytest.raises(click.ClickException, match="is being pruned by another command"):
            await pruned(journal, ManualClock(LINE))
        assert (await counted(journal))[0] == ROWS
        assert await other.fetchval("select count(*) from intake.pruned") == 0
    assert (await pruned(journal, ManualClock(LINE)))[1] == TO_GO


async def test_a_stretch_is_found_by_its_place_and_nothing_is_read_whole(journal: str) -> None:
    async with connected(journal) as database:
        await database.execute("analyze intake.journal, intake.state, intake.redelivery")
        await Pruner(database, "intake", LINE).begin()
        await database.execute("set plan_cache_mode = force_generic_plan")
        sql = f"explain {_PRUNE.format(schema='intake')}"
        plan = "\n".join([row[0] for row in await database.fetch(sql, (0, 0), (64, 0), LINE, ["kind 0", "kind 1"])])
    assert "Tid Range Scan on journal" in plan
    assert "Seq Scan on" not in plan
    for index in ("redelivery_pkey", "redelivery_answered", "state_pkey"):
        assert f"using {index} on" in plan or f"Scan on {index}" in plan, plan


async def test_ctrl_c_says_how_far_it_came_and_the_rest_goes_later(journal: str) -> None:
    words = [sys.executable, "-m", "ops.cli", "prune", "intake", "--apply", "--reason", WHY]
    async with connected(journal) as other:
        async with other.transaction():
            newest = "select id from intake.journal where first_at < $1 and attempt = 1 order by ctid desc limit 1"
            await other.execute(f"select from intake.journal where id = ({newest}) for update", LINE)
            environment = os.environ | {"KOPPELING_ADMIN_URL": journal}
            process = await asyncio.create_subprocess_exec(*words, stdout=PIPE, stderr=PIPE, env=environment)

            async def waits() -> bool:
                return bool(await other.fetchval("select count(*) from pg_locks where not granted"))

            await until(waits, deadline_s=30, missing="it does not come to the row that is held")
            process.send_signal(SIGINT)
            out, err = await process.communicate()
        rows = await other.fetchval("select count(*) from intake.journal")
    assert (process.returncode, b"Traceback" in err) == (1, False)
    assert f"stopped: {ROWS - rows:,} rows of intake went" in err.decode()
    assert (ROWS - TO_GO < rows < ROWS, f" {TO_GO:,} from before" in out.decode()) == (True, True)
    assert await pruned(journal, ManualClock(LINE)) == (rows - ROWS + TO_GO,) * 2
