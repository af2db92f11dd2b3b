"""Connections for reading reference data, apart from the worker's own."""

import asyncio
from itertools import cycle
from typing import Any

import asyncpg

from stream.errors import StoreUnavailable
from stream.postgres_session import COMMAND_TIMEOUT_S, CONNECT_TIMEOUT_S, SESSION, translated
from stream.postgres_url import each_host

CONNECTIONS_MAX = 2
OPTIONS: dict[str, Any] = {
    "timeout": CONNECT_TIMEOUT_S,
    "command_timeout": COMMAND_TIMEOUT_S,
    "server_settings": SESSION,
}


class ReadPool:
    """A pool that connects at the first query, so that a service also starts without Postgres.

    If the URL names several hosts, the next of them is asked after anything that made Postgres unavailable.
    """

    def __init__(self, url: str) -> None:
        self._urls = cycle(each_host(url))
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows. Raises StoreUnavailable."""
        try:
            with translated():
                pool = await self._opened()
                return await pool.fetch(sql, *values)
        except StoreUnavailable:
            if self._pool is not None:
                self._pool.set_connect_args(next(self._urls), **OPTIONS)
                await self._pool.expire_connections()
            raise

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.terminate()

    async def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    next(self._urls), min_size=1, max_size=CONNECTIONS_MAX, reset=_leave_as_it_is, **OPTIONS
                )
            return self._pool


async def _leave_as_it_is(connection: object) -> None:
    """Do not reset the session: a single query leaves nothing behind that would be worth a round trip."""
    del connection
