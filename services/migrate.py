"""`python -m services.migrate`: every schema brought to this release, by the administrator's role.

Each service has a schema and a role of its own name; the runtime's tables come first, then the service's own.
The role may read and write its tables and nothing else: not yoyo's, which say what was migrated. The live view has no
schema: its role may read what the timeline heard. What operators do is recorded in a schema that no service's role may
use.
"""

import asyncio
import os
import socket
import ssl
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from yoyo import get_backend, read_migrations
from yoyo.backends.base import DatabaseBackend
from yoyo.migrations import Migration

import stream
from schemas import flow
from stream.environment import ADMIN_VARIABLE
from stream.postgres_url import NO_URL, each_host, is_cut_short

OPERATIONS = "operations"
ONE_AT_A_TIME = 4_717_001
"""The number of the lock that a migration holds in its database; of no meaning, and no other's."""

ASKED_S_MAX = 5.0

_REASONS = {
    asyncpg.InvalidPasswordError: "the user or its password is wrong",
    asyncpg.InvalidAuthorizationSpecificationError: "the user may not log in, or not from here, or not so: encrypted?",
    asyncpg.InvalidCatalogNameError: "there is no such database",
    asyncpg.exceptions.ClientConfigurationError: "its client does not know what the URL says, or needs sslrootcert",
    ssl.SSLCertVerificationError: "its certificate is of no authority in sslrootcert, or not for that host",
    FileNotFoundError: "there is no such file, look at sslrootcert",
    socket.gaierror: "no such host is found from here",
    ConnectionRefusedError: "refused, nothing listens at that port",
    TimeoutError: "no answer",
}
_HERE = Path(__file__).parent
_OF_MIGRATIONS = "select tablename from pg_tables where schemaname = %s and tablename ~ '^_?yoyo_'"


def migrate(admin_url: str) -> list[str]:
    """Bring every schema up to date; a schema that is up to date is left alone. Of two at a time, one waits.

    Says, a line for each role and schema, what was missing and is there now.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        return list(_brought_up_to_date(admin_url, connection))


def _brought_up_to_date(admin_url: str, connection: psycopg.Connection) -> Iterator[str]:
    for party in flow.SERVICES:
        _make_schema(connection, party.name)
        yield from _make_role(connection, party.name)
        yield from _apply(admin_url, party.name, _folders(party.name))
        _grant(connection, party.name)
    yield from _make_role(connection, flow.MONITOR.name)
    _let_look(connection, flow.MONITOR.name)
    _take_temporary_tables(connection)
    _make_schema(connection, OPERATIONS)
    yield from _apply(admin_url, OPERATIONS, [_HERE / "migrations"])


def _make_schema(connection: psycopg.Connection, schema: str) -> None:
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))


def _make_role(connection: psycopg.Connection, service: str) -> Iterator[str]:
    name = sql.Identifier(service)
    if connection.execute("select from pg_roles where rolname = %s", [service]).fetchone() is None:
        connection.execute(sql.SQL("create role {}").format(name))
        yield f"{service}: its role is made, without a login"
    connection.execute(sql.SQL("alter role {} set search_path = {}").format(name, name))


def _apply(admin_url: str, schema: str, folders: Sequence[Path]) -> Iterator[str]:
    parts = urlsplit(admin_url)
    query = urlencode([*parse_qsl(parts.query), ("schema", schema)])
    backend = get_backend(urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, query, "")))
    try:
        # A lock of yoyo's is a row that a migration killed midway leaves behind; ours ended with its session.
        backend.break_lock()
        with backend.lock():
            for folder in folders:
                for migration in backend.to_apply(read_migrations(str(folder))):
                    _apply_one(backend, migration)
                    yield f"{schema}: {migration.id}"
    finally:
        backend.connection.close()


def _apply_one(backend: DatabaseBackend, migration: Migration) -> None:
    """All of it or nothing. yoyo's own way notes afterwards what it did: ended before that, it does it twice.

    Without yoyo's log, which wants the user's name: in a container there may be none.
    """
    with backend.transaction():
        migration.process_steps(backend, "apply")
        backend.mark_one(migration, log=False)


def _folders(service: str) -> list[Path]:
    own = _HERE / service / "migrations"
    return [Path(stream.__file__).parent / "migrations", *([own] if own.is_dir() else [])]


def _grant(connection: psycopg.Connection, service: str) -> None:
    name = sql.Identifier(service)
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(name, name))
    tables = sql.SQL("grant select, insert, update, delete on all tables in schema {} to {}").format(name, name)
    connection.execute(tables)
    for (own,) in connection.execute(_OF_MIGRATIONS, [service]).fetchall():
        connection.execute(sql.SQL("revoke all on {} from {}").format(sql.Identifier(service, own), name))


def _take_temporary_tables(connection: psycopg.Connection) -> None:
    """Postgres lets every role make temporary tables, which can fill a disk; no service needs any."""
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke temporary on database {} from public").format(name))


def _let_look(connection: psycopg.Connection, looker: str) -> None:
    name, schema = sql.Identifier(looker), sql.Identifier(flow.TIMELINE.name)
    connection.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(name))
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, name))
    connection.execute(sql.SQL("grant select on {}.heard to {}").format(schema, name))


def main() -> None:
    """Migrate what the environment names, and say what that came to.

    The URL holds a password: what is wrong with it is said without it.
    """
    url = os.environ.get(ADMIN_VARIABLE)
    if not url:
        sys.exit(f"{ADMIN_VARIABLE} is not set: the URL of Postgres with the administrator's role")
    if not is_cut_short(url) and len(each_host(url)) > 1:
        sys.exit(f"{ADMIN_VARIABLE} names several hosts: here it has to name the primary alone")
    if not _is_url(url):
        sys.exit(NO_URL)
    try:
        done = migrate(url)
    except psycopg.errors.InsufficientPrivilege:
        sys.exit(
            f"Postgres at {_where(url)} gives the role in {ADMIN_VARIABLE} too little (InsufficientPrivilege): "
            "it has to own the database, to be one that may create roles (createrole), "
            "and to administer each service's role that another has made (grant ROLE to IT with admin option)"
        )
    except psycopg.OperationalError as error:
        why = asyncio.run(_why_not(url)) or f"{type(error).__name__}, is it up?"
        sys.exit(f"Postgres at {_where(url)} cannot be used: {why}")
    sys.stdout.writelines(f"{line}\n" for line in done or ["everything is up to date"])


def _where(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2] or f"what {ADMIN_VARIABLE} names"


async def _why_not(url: str) -> str | None:
    """Why nobody is let in there, if that is the cause. Of an error, psycopg tells the text only, asyncpg the type."""
    try:
        connection = await asyncpg.connect(url, timeout=ASKED_S_MAX)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return next((why for kind, why in _REASONS.items() if isinstance(error, kind)), None)
    await connection.close()
    return None


def _is_url(url: str) -> bool:
    """Whether all that read it can: psycopg, and yoyo, which takes the URL apart itself."""
    try:
        conninfo_to_dict(url)
        parts = urlsplit(url)
        _ = parts.port
    except (psycopg.Error, ValueError):
        return False
    return parts.scheme in {"postgres", "postgresql"} and not is_cut_short(url)


if __name__ == "__main__":
    ArgumentParser(
        prog="python -m services.migrate",
        description=f"Bring every schema of the database that {ADMIN_VARIABLE} names to this release.",
    ).parse_args()
    main()
