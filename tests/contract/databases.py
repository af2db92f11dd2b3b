"""A database to test a store on: the one in memory, and the real one."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

import asyncpg

from stream.document import Document, DocumentKey, Gate
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.postgres import PostgresStore
from stream.postgres_pause import pause, resume
from stream.postgres_prune import Pruner
from stream.postgres_replay import queue_replays
from stream.store import Row, Store


class Case(Document):
    """A registration's own document."""

    kind: ClassVar[str] = "case"

    note: str = ""


class Claim(Document):
    """A document that several lanes write."""

    kind: ClassVar[str] = "claim"
    shared: ClassVar[bool] = True

    count: int = 0


KINDS: dict[str, type[Document]] = {kind.kind: kind for kind in (Case, Claim, Gate)}


class Database(Protocol):
    """One service's database, empty at first."""

    def connect(self) -> Store:
        """The store of one more worker."""

    async def effects(self) -> list[UUID]:
        """The effects that were planned."""

    async def release_brake(self, release: str) -> None:
        """What an operator does to let a release go on."""

    async def pause(self) -> None:
        """What an operator does so that nothing is taken any more."""

    async def resume(self) -> None:
        """What he does to let the service go on."""

    async def spoil(self, key: DocumentKey) -> None:
        """Let a document stand there that its type does not accept."""

    async def queue_replays(self, rows: Sequence[Row]) -> int:
        """What an operator does to bring records once more; how many rows were put."""

    async def prune(self, before: datetime) -> int:
        """What an operator does so that the journal does not grow for ever; how many entries went."""

    async def close(self) -> None:
        """Let go of all connections."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self._database = MemoryDatabase()

    def connect(self) -> Store:
        return MemoryStore(self._database)

    async def effects(self) -> list[UUID]:
        return list(self._database.tables.effects)

    async def release_brake(self, release: str) -> None:
        self._database.tables.brakes[release] = None

    async def pause(self) -> None:
        self._database.tables.pause()

    async def resume(self) -> None:
        self._database.tables.paused = False

    async def spoil(self, key: DocumentKey) -> None:
        lane, state = self._database.tables.states[key]
        self._database.tables.states[key] = lane, state._replace(document=None, unreadable=True)

    async def queue_replays(self, rows: Sequence[Row]) -> int:
        return self._database.tables.queue_replays(rows)

    async def prune(self, before: datetime) -> int:
        return self._database.tables.prune(before)

    async def close(self) -> None:
        """Nothing is open."""


class OnPostgres:
    """The real one, as the service's own role sees it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stores: list[Store] = []

    def connect(self) -> Store:
        self._stores.append(PostgresStore(self._url, KINDS))
        return self._stores[-1]

    async def effects(self) -> list[UUID]:
        return [row["id"] for row in await self._fetch("select id from effect order by planned_at")]

    async def release_brake(self, release: str) -> None:
        await self._fetch("update brake set released_at = now() where release = $1", release)

    async def pause(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            async with connection.transaction():
                await pause(connection, "intake", "a test")
        finally:
            await connection.close()

    async def resume(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await resume(connection, "intake")
        finally:
            await connection.close()

    async def spoil(self, key: DocumentKey) -> None:
        spoilt = """{"note": 1, "count": "many", "open": "perhaps"}"""
        await self._fetch("update state set document = $3 where kind = $1 and key = $2", *key, spoilt)

    async def queue_replays(self, rows: Sequence[Row]) -> int:
        connection = await asyncpg.connect(self._url)
        try:
            return await queue_replays(connection, "intake", rows)
        finally:
            await connection.close()

    async def prune(self, before: datetime) -> int:
        connection = await asyncpg.connect(self._url)
        try:
            pruner = Pruner(connection, "intake", before)
            stretches = await pruner.begin()
            await pruner.draw_line()
            return sum([await pruner.prune(stretch) for stretch in stretches])
        finally:
            await connection.close()

    async def _fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._url)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def close(self) -> None:
        for store in self._stores:
            await store.close()
