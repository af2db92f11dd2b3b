"""Connections to the services' databases with the administrator's rights, and sentences on what goes wrong there."""

import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg
import click

from ops.terminal.state_option import sandbox_or, state_option_or
from sandbox.endpoints import read_endpoints
from schemas.flow import SERVICE_NAMES
from stream.environment import ADMIN_VARIABLE
from stream.postgres_url import NO_URL, each_host, is_cut_short

CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT = "10s"
STATEMENT_TIMEOUT_OF_EVERYTHING = "120s"

_SILENCE = asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError
_SILENT = "does not answer ({name}): is it up?"
_NOT_CONNECTED = (
    (asyncpg.DiskFullError, 'answers, and has no room for us ({name}): see "A disk is full" in docs/runbook.md'),
    (asyncpg.InsufficientResourcesError, "answers, and has no room for us ({name})"),
    (_SILENCE, _SILENT),
    (asyncpg.PostgresError, "answers, and refuses us ({name}): are the user, its password and the database right?"),
    (asyncpg.TargetServerAttributeNotMatched, "is not what target_session_attrs asks for ({name}): is it a replica?"),
    (
        ssl.SSLCertVerificationError,
        "is not trusted ({name}): is its certificate of an authority in sslrootcert, and for this host?",
    ),
    (socket.gaierror, "cannot be asked ({name}): no such host is found from here"),
    (Exception, _SILENT),
)
_NOT_THIS_HOST = (OSError, *_SILENCE, asyncpg.TargetServerAttributeNotMatched)

_UNDONE = (
    (asyncpg.UndefinedTableError, "the services' tables are not there: run `python -m services.migrate`"),
    (asyncpg.DataError, "{name}: a number too large for Postgres, or a text that is no UTF-8?"),
    (
        asyncpg.TransactionRollbackError,
        "another command or a worker was at the same rows ({name}): nothing of this step was changed. Type it again",
    ),
    (
        (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError),
        'Postgres took too long for one step, which was not done. Is a table locked? Runbook: "Postgres is down"',
    ),
    (
        (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedColumnError),
        f"{{name}}: is {ADMIN_VARIABLE} the administrator's, and was `python -m services.migrate` run?",
    ),
    (asyncpg.DiskFullError, "Postgres {why}. The change under way was not made"),
    (
        asyncpg.ReadOnlySQLTransactionError,
        'Postgres takes no writes, and this step was not done. Runbook: "Postgres is down"',
    ),
    (
        (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError),
        "Postgres stopped answering ({name}): the change under way was made whole or not at all",
    ),
)
"""By the error's type, the first that fits; so in _NOT_CONNECTED."""

Database: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

database_option = state_option_or(ADMIN_VARIABLE)


def admin_url(state: Path | None) -> str:
    """The URL of Postgres: that of the sandbox in `state`, else KOPPELING_ADMIN_URL, else that of the default sandbox.

    Raises:
        ClickException: no sandbox runs there.
    """
    if state is None and (url := os.environ.get(ADMIN_VARIABLE)):
        return url
    with sandbox_or(state, ADMIN_VARIABLE) as sandbox:
        return read_endpoints(sandbox).postgres.url


def of_service(sql: str, service: str, **more: str) -> str:
    """The statement in this service's schema. A schema cannot be a parameter, so only our own names are accepted."""
    if service not in SERVICE_NAMES:
        raise ValueError(service)
    return sql.format(schema=service, **more)


def _where(url: str) -> str:
    """The hosts in the URL as they were typed; a general name where a part of the password could look like a host."""
    hosts = urlsplit(url).netloc
    whole = url.count("@") == hosts.count("@")
    return (whole and hosts.rpartition("@")[2]) or f"what {ADMIN_VARIABLE} names"


def _not_connected(url: str, error: Exception) -> click.ClickException:
    return click.ClickException(f"Postgres at {_where(url)} {why_not_connected(error)}")


def why_not_connected(error: Exception) -> str:
    """Why a connection failed, in words, by the error's type: a server's own message can have values in it.

    A server that answered with an error of its own is up.
    """
    said = next(said for types, said in _NOT_CONNECTED if isinstance(error, types))
    return said.format(name=type(error).__name__)


def why_undone(error: Exception) -> str | None:
    """Why a statement was not done, in words, by the error's type; None for an unexpected error."""
    said = next((said for types, said in _UNDONE if isinstance(error, types)), None)
    return said and said.format(name=type(error).__name__, why=why_not_connected(error))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    """A connection with the administrator's rights.

    Raises:
        ClickException: Postgres does not answer, or does not do what is asked within the block.
    """
    if is_cut_short(url):
        raise click.ClickException(NO_URL)
    try:
        database = await _opened(url)
    except (OSError, asyncpg.PostgresError, asyncpg.TargetServerAttributeNotMatched) as error:
        # Before ValueError, which an untrusted certificate's error is as well.
        raise _not_connected(url, error) from None
    except (asyncpg.ClientConfigurationError, ValueError, OverflowError):
        raise click.ClickException(NO_URL) from None
    except asyncpg.InterfaceError as error:
        raise _not_connected(url, error) from None
    try:
        with _said():
            yield database
    finally:
        await database.close()


async def _opened(url: str) -> Database:
    """At the first of the URL's hosts that is there and is what the URL asks for."""
    *others, last = each_host(url)
    for one in others:
        with suppress(*_NOT_THIS_HOST):
            return await _opened_there(one)
    return await _opened_there(last)


async def _opened_there(url: str) -> Database:
    settings = {"statement_timeout": STATEMENT_TIMEOUT}
    return await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S, server_settings=settings)


@contextmanager
def _said() -> Iterator[None]:
    """Raises what Postgres did not do within the block as a ClickException, with a sentence."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if said := why_undone(error):
            raise click.ClickException(said) from None
        raise


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[Database]:
    """A connection that only reads, and sees one snapshot of all schemas."""
    async with connected(url) as database, database.transaction(isolation="repeatable_read", readonly=True):
        yield database


async def reading_everything(database: Database) -> None:
    """Let statements of this transaction take as long as reading every document does, but wait no longer for a lock."""
    await database.execute(f"set local lock_timeout = '{STATEMENT_TIMEOUT}'")
    await database.execute(f"set local statement_timeout = '{STATEMENT_TIMEOUT_OF_EVERYTHING}'")


@asynccontextmanager
async def apart(database: Database) -> AsyncIterator[None]:
    """A part of a transaction that may fail by itself: the rest goes on. Raises ClickException when it does."""
    with _said():
        async with database.transaction():
            yield


@asynccontextmanager
async def changing(url: str) -> AsyncIterator[Database]:
    """A connection in one transaction that may change what it reads."""
    async with connected(url) as database, database.transaction():
        yield database
