"""Who waits for whom on the real database: only one that writes what the other decided on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from databases import Claim, OnPostgres
from settlements import settle, settlement

from stream.document import DocumentKey
from stream.postgres_record import record_settlement
from stream.store import StateRow

GATE = DocumentKey("claim", "read by all")
LONGER_S = 2.0
"""Than a settlement takes, and shorter than it waits for a lock."""


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
