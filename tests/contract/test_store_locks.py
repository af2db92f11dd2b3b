"""Who waits for whom on the real database: only one that writes what the other decided on, or records the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from databases import Claim, OnPostgres
from real import empty
from settlements import entry, id_of, recorded_by, settle, settlement

from sandbox.running import RunningSandbox
from stream.document import DocumentKey
from stream.errors import ContentionError
from stream.postgres_record import record_settlement
from stream.store import LaneMove, StateRow, Store

GATE = DocumentKey("claim", "read by all")
LONGER_S = 2.0
"""Than a settlement takes, and shorter than it waits for a lock."""
IN_LINE_S_MAX = 6.0
"""By then who is to wait for a lock does, also on a busy machine."""


@pytest.fixture(autouse=True)
def _nothing_stands_yet(intake_url: str, sandbox: RunningSandbox) -> None:
    del intake_url
    empty(sandbox, "intake")


@asynccontextmanager
async def being_read(intake_url: str) -> AsyncIterator[OnPostgres]:
    """Somebody's settlement has read the document, and is not committed before this ends."""
    database = OnPostgres(intake_url)
    await settle(database.connect(), states={GATE: (-1, StateRow(Claim(), 0))})
    reader = await asyncpg.connect(intake_url)
    async with reader.transaction():
        await record_settlement(reader, settlement(shared={GATE: 0}))
        yield database
    await reader.close()


async def test_settlements_that_only_read_a_shared_document_do_not_wait_for_each_other(intake_url: str) -> None:
    async with being_read(intake_url) as database:
        async with asyncio.timeout(LONGER_S):
            await settle(database.connect(), shared={GATE: 0})
    await database.close()


async def test_one_that_writes_a_shared_document_waits_for_those_who_have_read_it(intake_url: str) -> None:
    async with being_read(intake_url) as database:
        writes = {GATE: (-1, StateRow(Claim(count=1), 1))}
        writing = asyncio.create_task(settle(database.connect(), states=writes, shared={GATE: 0}))
        assert await asyncio.wait({writing}, timeout=LONGER_S) == (set(), {writing})
    await writing
    await database.close()


@asynccontextmanager
async def held_up(intake_url: str, statement: str, *values: object) -> AsyncIterator[asyncpg.Connection]:
    """Somebody holds what this statement locks; nothing of it stands after this ends."""
    holder = await asyncpg.connect(intake_url)
    await holder.execute("begin")
    await holder.execute(statement, *values)
    yield holder
    await holder.execute("rollback")
    await holder.close()


async def until_waiting(connection: asyncpg.Connection, sessions: int) -> None:
    """So many sessions stand in line for a lock."""
    waiting = "select count(distinct pid) from pg_locks where not granted"
    async with asyncio.timeout(IN_LINE_S_MAX):
        while await connection.fetchval(waiting) < sessions:
            continue


async def until_it_stands(record: Callable[[], Awaitable[None]]) -> None:
    """What a worker does after contention: the same once more."""
    while True:
        with suppress(ContentionError):
            return await record()


async def test_a_zombie_that_records_the_same_in_another_order_costs_its_successor_a_retake_at_most(
    intake_url: str,
) -> None:
    """Each holds an entry that the other is to write: Postgres ends one of the two."""
    database = OnPostgres(intake_url)
    zombie, successor = database.connect(), database.connect()
    epochs = [(await store.take_over([3]))[3].epoch for store in (zombie, successor)]
    old, new = ([LaneMove(3, epoch, {}, {"forms": 9})] for epoch in epochs)
    held = "insert into journal (id, hash, attempt, outcome, subject, first_at) values ($1, '', 1, 'emit', '', now())"
    async with held_up(intake_url, held, id_of(2)) as holder:
        late = asyncio.create_task(settle(zombie, journal=[entry(1), entry(2), entry(3)], moves=old))
        await until_waiting(holder, 1)
        entries = [entry(3), entry(1)]
        anew = asyncio.create_task(until_it_stands(lambda: settle(successor, journal=entries, moves=new)))
        await until_waiting(holder, 2)
    with pytest.raises(ContentionError):
        await late
    await anew
    assert (await recorded_by(zombie, [id_of(1), id_of(2), id_of(3)])).keys() == {id_of(1), id_of(3)}
    await database.close()


async def test_of_two_that_each_read_what_the_other_writes_both_stand_in_the_end(intake_url: str) -> None:
    """What is written is locked first, and then what is read: between two such there is no one order."""
    database = OnPostgres(intake_url)
    first, middle, last = (DocumentKey("claim", name) for name in ("a", "b", "c"))
    documents = {key: (-1, StateRow(Claim())) for key in (first, middle, last)}
    await settle(database.connect(), states=documents)

    async def count(store: Store, written: DocumentKey, *read: DocumentKey) -> None:
        states = (await store.read(documents=(written, *read))).states
        after = {written: (-1, StateRow(Claim(count=1), states[written].revision + 1))}
        await settle(store, states=after, shared={key: states[key].revision for key in (written, *read)})

    one, other = database.connect(), database.connect()
    async with held_up(intake_url, "select from state where key = 'a' for update") as holder:
        downwards = asyncio.create_task(until_it_stands(lambda: count(one, last, first, middle)))
        await until_waiting(holder, 1)
        upwards = asyncio.create_task(until_it_stands(lambda: count(other, middle, last)))
        await until_waiting(holder, 2)
    await asyncio.gather(downwards, upwards)
    states = (await one.read(documents=documents)).states
    assert {key.key: state.document for key, state in states.items()} == {
        "a": Claim(), "b": Claim(count=1), "c": Claim(count=1),
    }  # fmt: skip
    await database.close()
