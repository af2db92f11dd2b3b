from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from ledger_contract import *  # noqa: F403 (the contract's tests)
from ledger_contract import Book, Row
from real import empty

from sandbox.running import RunningSandbox
from services.migrate import migrate
from services.notifier.ledger import Ledger, Status
from services.notifier.ledger_postgres import PostgresLedger

pytestmark = pytest.mark.sandbox

PLAN = """
insert into effect (id, lane, subject, kind, occasion, role, epoch, payload)
values ($1, 0, $2, 'link-realised', 'connection 1', 'applicant', 0, '{"a": 1}')
"""


class PostgresBook:
    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", ledger: Ledger) -> None:
        self._connection = connection
        self.ledger = ledger

    async def plan(self, mail: UUID) -> None:
        await self._connection.execute(PLAN, mail, str(mail))

    async def row(self, mail: UUID) -> Row:
        row = await self._connection.fetchrow("select status, attempts, reply from effect where id = $1", mail)
        assert row is not None
        return Row(Status(row["status"]), row["attempts"], row["reply"])

    async def pause(self) -> None:
        await self._connection.execute("insert into pause (reason) values ('a test')")

    async def resume(self) -> None:
        await self._connection.execute("delete from pause")


@pytest.fixture(scope="module")
def url(sandbox: RunningSandbox) -> str:
    migrate(sandbox.endpoints().postgres.url)
    return sandbox.service_url("notifier")


@pytest.fixture
async def book(sandbox: RunningSandbox, url: str) -> AsyncIterator[Book]:
    empty(sandbox, "notifier")
    ledger = PostgresLedger(url)
    connection = await asyncpg.connect(url)
    yield PostgresBook(connection, ledger)
    await ledger.close()
    await connection.close()
