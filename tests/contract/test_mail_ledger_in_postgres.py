import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from ledger_contract import *  # noqa: F403 (the contract's tests)
from ledger_contract import LANE, MAIL, OTHER, Row
from real import empty, migrated

from sandbox.running import RunningSandbox
from services.notifier.ledger import Ledger, Move, Status, Swept
from services.notifier.ledger_postgres import PostgresLedger
from stream.postgres import PostgresStore
from stream.postgres_session import Session
from stream.store import Store

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

PLAN = """
insert into effect (id, lane, subject, kind, occasion, role, epoch, payload)
values ($1, $3, $2, 'link-realised', 'connection 1', 'applicant', 0, '{"a": 1}')
"""

SETTLE = "update notifier.effect set status = $2, finished_at = now() where id = $1 and status = 'UNCERTAIN'"
ENDED = (Status.SENT, Status.FAILED)


class PostgresBook:
    """`admin` is an operator's connection, which does not look into the service's schema by itself."""

    def __init__(self, connection: Connection, admin: Connection, ledger: Ledger, store: Store) -> None:
        self.connection = connection
        self._admin = admin
        self.ledger = ledger
        self.store = store

    async def plan(self, mail: UUID) -> None:
        await self.connection.execute(PLAN, mail, str(mail), LANE)

    async def row(self, mail: UUID) -> Row:
        row = await self.connection.fetchrow("select * from effect where id = $1", mail)
        assert row is not None
        # By it operators find what failed since a day.
        assert (row["finished_at"] is not None) == (row["status"] in ENDED)
        return Row(Status(row["status"]), row["attempts"], row["reply"])

    async def settle(self, mail: UUID, *, accepted: bool) -> None:
        await self._admin.execute(SETTLE, mail, Status.SENT if accepted else Status.FAILED)

    async def now(self) -> datetime:
        now = await self.connection.fetchval("select now()")
        assert isinstance(now, datetime)
        return now

    async def grow_older(self, seconds: float) -> None:
        await self.connection.execute(
            "update effect set claimed_at = claimed_at - $1::interval", timedelta(seconds=seconds)
        )

    async def pause(self) -> None:
        await self.connection.execute("insert into pause (reason) values ('a test')")

    async def resume(self) -> None:
        await self.connection.execute("delete from pause")


@pytest.fixture(scope="module")
def url(sandbox: RunningSandbox) -> str:
    migrated(sandbox.endpoints().postgres.url)
    return sandbox.service_url("notifier")


@pytest.fixture
async def book(sandbox: RunningSandbox, url: str) -> AsyncIterator[PostgresBook]:
    empty(sandbox, "notifier")
    ledger, store = PostgresLedger(Session(url)), PostgresStore(url, {})
    connection, admin = await asyncpg.connect(url), await asyncpg.connect(sandbox.endpoints().postgres.url)
    yield PostgresBook(connection, admin, ledger, store)
    for opened in (ledger, store, connection, admin):
        await opened.close()


async def test_a_row_that_another_transaction_is_at_is_passed_over(book: PostgresBook) -> None:
    await book.plan(MAIL)
    (claim,) = await book.ledger.claim(10)
    await book.ledger.move([Move(claim, Status.BODY_STARTED)])
    await book.plan(OTHER)
    async with asyncio.timeout(5), book.connection.transaction():
        await book.connection.execute("update effect set status = 'SENT', finished_at = now() where id = $1", MAIL)
        await book.connection.execute("select from effect where id = $1 for update", OTHER)
        sweep = book.ledger.sweep(claimed_s=0, body_started_s=0)
        claimed, swept = await asyncio.gather(book.ledger.claim(10), sweep)
        assert (claimed, swept) == ([], Swept(0, 0))
    assert (await book.row(MAIL)).status is Status.SENT
