"""Who waits for whom on the real database: only one that writes what the other decided on."""

import asyncio

import asyncpg
import pytest
from databases import Claim, OnPostgres
from settlements import settle

from stream.document import DocumentKey
from stream.store import StateRow

pytestmark = pytest.mark.sandbox

GATE = DocumentKey("claim", "read by all")
LONGER_S = 2.0
"""Than a settlement takes, and shorter than it waits for a lock."""


@pytest.fixture
async def reader(intake_url: str) -> asyncpg.Connection:
    """Somebody whose settlement has read the document, and is not committed yet."""
    store = OnPostgres(intake_url).connect()
    await settle(store, states={GATE: (-1, StateRow(Claim(), 0))})
    await store.close()
    return await asyncpg.connect(intake_url)


async def test_settlements_that_only_read_a_shared_document_do_not_wait_for_each_other(
    intake_url: str, reader: asyncpg.Connection
) -> None:
    database = OnPostgres(intake_url)
    async with reader.transaction():
        await reader.execute("select from state where kind = $1 and key = $2 for share", *GATE)
        async with asyncio.timeout(LONGER_S):
            await settle(database.connect(), shared={GATE: 0})
    await database.close()
    await reader.close()


async def test_one_that_writes_a_shared_document_waits_for_those_who_have_read_it(
    intake_url: str, reader: asyncpg.Connection
) -> None:
    database = OnPostgres(intake_url)
    async with reader.transaction():
        await reader.execute("select from state where kind = $1 and key = $2 for share", *GATE)
        writes = {GATE: (-1, StateRow(Claim(count=1), 1))}
        writing = asyncio.create_task(settle(database.connect(), states=writes, shared={GATE: 0}))
        assert await asyncio.wait({writing}, timeout=LONGER_S) == (set(), {writing})
    await writing
    await database.close()
    await reader.close()
