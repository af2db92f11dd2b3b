"""What a look into the tables reads: what is asked for, however much else stands there."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from databases import KINDS, Case
from real import empty
from settlements import NOW, settle, states

from sandbox.running import RunningSandbox
from sandbox.waiting import until
from stream.postgres import PostgresStore
from stream.record import pack_headers

MANY = 3_000
OPENED = """
insert into state (kind, key, lane, revision, document)
select 'gate', 'gate ' || n, -1, 1, '{"open": true}' from generate_series(1, $1::int) n
"""
QUEUED = """
insert into redelivery (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, headers, hash,
  reason, first_at)
select gen_random_uuid(), 3, 'somebody', 'queued', $2, 1, true, 'form-received', 3, n, $3, '\\x', 'BLOCKED', $2
from generate_series(1, $1::int) n
"""
PARKED = """
insert into redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, hash, reason,
  first_at)
values (gen_random_uuid(), 3, 'somebody', 'parked', 1, true, 'form-received', 3, 0, $1, '\\x', 'DEFECT_KeyError', $2)
"""
LOOKS = "select idx_scan from pg_stat_user_tables where relid = $1::regclass"
ROWS_READ = "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relid = $1::regclass"


class Reads:
    """Counts what others read of a table, or how often they look into it, which a session tells when it ends."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def of(self, table: str, count: str = ROWS_READ) -> int:
        """Up to now."""
        return int(await self.connection.fetchval(count, table))

    async def since(self, before: int, table: str, count: str = ROWS_READ) -> int:
        """Returns when there is more than before."""

        async def counted() -> int | None:
            return await self.of(table, count) - before or None

        return await until(counted, deadline_s=10, missing="the session does not tell what it read")


@pytest.fixture
async def reads(sandbox: RunningSandbox, intake_url: str) -> AsyncIterator[Reads]:
    empty(sandbox, "intake")
    connection = await asyncpg.connect(intake_url)
    try:
        yield Reads(connection)
    finally:
        await connection.close()
        empty(sandbox, "intake")


async def test_a_tick_reads_the_gates_that_are_waited_for_and_no_others(reads: Reads, intake_url: str) -> None:
    await reads.connection.execute(OPENED, MANY)
    store = PostgresStore(intake_url, KINDS)
    await settle(store, states=states(a=Case(waits_for=("elsewhere", "gate 7"))))
    before = await reads.of("state")
    assert await store.tick([3], NOW) == 1
    await store.close()
    assert await reads.since(before, "state") < 20


async def test_a_key_behind_which_thousands_wait_is_gone_through_a_few_times_and_not_once_for_each(
    reads: Reads, intake_url: str
) -> None:
    await reads.connection.execute(QUEUED, MANY, NOW, pack_headers(()))
    store = PostgresStore(intake_url, KINDS)
    before = await reads.of("redelivery")
    assert len(await store.due([3], NOW, 250)) == 250
    await store.close()
    assert await reads.since(before, "redelivery") < 10 * MANY


async def test_whether_a_key_is_held_up_is_looked_up_once_for_all_that_waits_behind_its_parked_record(
    reads: Reads, sandbox: RunningSandbox, intake_url: str
) -> None:
    await reads.connection.execute(PARKED, pack_headers(()), NOW)
    await reads.connection.execute(QUEUED, MANY, NOW, pack_headers(()))
    # What autovacuum does within a minute.
    owner = await asyncpg.connect(sandbox.endpoints().postgres.url)
    await owner.execute("analyze intake.redelivery")
    await owner.close()
    store = PostgresStore(intake_url, KINDS)
    before = await reads.of("redelivery", LOOKS)
    assert await store.due([3], NOW, 250) == []
    await store.close()
    assert await reads.since(before, "redelivery", LOOKS) < 20
