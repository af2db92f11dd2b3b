"""What waits for gates is found by itself, however many gates there are."""

import asyncpg
import pytest
from databases import KINDS, Case
from real import empty
from settlements import NOW, settle, states

from sandbox.running import RunningSandbox
from sandbox.waiting import until
from stream.postgres import PostgresStore

pytestmark = pytest.mark.sandbox

GATES = 3_000
OPENED = """
insert into state (kind, key, lane, revision, document)
select 'gate', 'gate ' || n, -1, 1, '{"open": true}' from generate_series(1, $1::int) n
"""
ROWS_READ = "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relid = 'state'::regclass"


async def test_a_tick_reads_the_gates_that_are_waited_for_and_no_others(
    sandbox: RunningSandbox, intake_url: str
) -> None:
    empty(sandbox, "intake")
    connection = await asyncpg.connect(intake_url)
    try:
        await connection.execute(OPENED, GATES)
        store = PostgresStore(intake_url, KINDS)
        await settle(store, states=states(a=Case(waits_for=("elsewhere", "gate 7"))))
        before = await connection.fetchval(ROWS_READ)
        assert await store.tick([3], NOW) == 1
        await store.close()

        async def counted() -> int | None:
            """A session tells what it read when it ends."""
            read = int(await connection.fetchval(ROWS_READ)) - before
            return read or None

        assert await until(counted, deadline_s=10, missing="the session does not tell what it read") < 20
    finally:
        await connection.close()
        empty(sandbox, "intake")
