"""How every connection to Postgres is set up, and what its errors mean."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from itertools import cycle
from typing import TypeAlias

import asyncpg
from pydantic_core import PydanticSerializationError

from stream.clock import Clock, SystemClock
from stream.environment import PREFIX
from stream.errors import (
    Deadlocked,
    Defective,
    Fenced,
    Refused,
    Rival,
    SettingRefused,
    StateWentBack,
    StoreUnavailable,
    StreamError,
)
from stream.postgres_url import each_host

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 15
CLOCKS_APART_MAX = timedelta(minutes=1)
CLOCKS_COMPARED_S = 3600.0
SESSION = {
    "timezone": "UTC",
    # Planning each statement anew costs as much as running it. A plan that is kept must not have been made for tables
    # that were small then: what can be found by an index is never read from one end to the other.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "lock_timeout": "8s",
    "statement_timeout": "12s",
    "idle_in_transaction_session_timeout": "5s",
    "jit": "off",
}

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # The server ended the session while nobody asked it anything, and the end of the connection is not here yet.
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.UndefinedTableError,
    asyncpg.InvalidCatalogNameError,
    OSError,
    TimeoutError,
)


_log = logging.getLogger(__name__)

_GUARDS: dict[str, type[StreamError]] = {"KR001": Rival, "KR002": Fenced, "KR003": StateWentBack}
"""What the function `settle` raises (stream/migrations/0002.settle.sql)."""


@contextmanager
def translated() -> Iterator[None]:
    """Translate Postgres's errors, and values that are not JSON. No text gets through: it can hold values."""
    try:
        yield
    except StreamError:
        raise
    except PydanticSerializationError as error:
        raise Defective(error) from None
    except asyncpg.PostgresError as error:
        raise _meaning(error) from None
    except asyncpg.exceptions.ClientConfigurationError:
        raise SettingRefused(f"{PREFIX}POSTGRES_URL says something that Postgres's client does not know") from None
    except _GONE as error:
        raise StoreUnavailable(type(error).__name__) from None


class Session:
    """One connection: opened when it is needed, and opened anew after anything that made Postgres unavailable.

    If the URL names several hosts, each time the next of them is asked: one that was the primary may still answer.

    A record that is parked through it is noted with the release (migrations/0004.parked.sql).
    """

    def __init__(self, url: str, release: str = "", *, clock: Clock | None = None) -> None:
        self._urls = cycle(each_host(url))
        self._clock = clock or SystemClock()
        self._settings = {**SESSION, "koppeling.release": release}
        self._connection: Connection | None = None
        self._compare_at_s = 0.0

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Connection]:
        """The connection, its errors translated. Not for two tasks at a time."""
        try:
            with translated():
                yield await self._opened()
        except StoreUnavailable:
            self._drop()
            raise

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """One statement's rows."""
        async with self.connected() as connection:
            return await connection.fetch(sql, *values)

    async def close(self) -> None:
        """Close the connection, at once if it does not answer."""
        if self._connection is not None:
            with translated():
                await self._connection.close(timeout=1)

    async def _opened(self) -> Connection:
        if self._connection is not None and self._connection.is_closed():
            # This counts as an outage: the server that answers next may be another one, which was behind.
            raise StoreUnavailable("ended since it was last used")
        if self._connection is None:
            self._connection = await self._connect()
            self._compare_at_s = 0.0
        if (now_s := self._clock.monotonic()) >= self._compare_at_s:
            self._compare_at_s = now_s + CLOCKS_COMPARED_S
            _compare_clocks(self._clock.now(), await self._connection.fetchval("select clock_timestamp()"))
        return self._connection

    async def _connect(self) -> Connection:
        try:
            return await asyncpg.connect(
                next(self._urls),
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=COMMAND_TIMEOUT_S,
                server_settings=self._settings,
            )
        except (asyncpg.UndefinedObjectError, asyncpg.DataError):
            # asyncpg passes options of the URL that it does not know to the server, as settings of the session.
            raise SettingRefused(f"{PREFIX}POSTGRES_URL says something that Postgres does not know") from None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _compare_clocks(ours: datetime, theirs: datetime) -> None:
    """Warn about a wrong clock: nothing fails by it, but everything is recorded and reminded of at wrong times."""
    if abs(ours - theirs) > CLOCKS_APART_MAX:
        where = "ahead of" if ours > theirs else "behind"
        _log.warning("our clock is %.0f minutes %s Postgres's", abs(ours - theirs) / timedelta(minutes=1), where)


def _meaning(error: asyncpg.PostgresError) -> BaseException:
    guard = _GUARDS.get(error.sqlstate or "")
    if guard is not None:
        return guard(str(error))
    match error:
        case asyncpg.TransactionRollbackError():
            return Deadlocked(type(error).__name__)
        case asyncpg.DataError() | asyncpg.IntegrityConstraintViolationError():
            return Refused(f"DATABASE_REFUSED_{error.sqlstate}")
        case _ if isinstance(error, _GONE):
            return StoreUnavailable(type(error).__name__)
    return error
