"""Real Kafka and Postgres for a test: topics of its own, and a service's schema without rows."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any

import asyncpg
import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import sql
from psycopg.rows import RowFactory, tuple_row

from sandbox.running import RunningSandbox
from services.migrate import migrate
from stream.document import Document
from stream.kafka_topics import TopicSpec, create_topics

RUNTIME_TABLES = ("lane", "journal", "state", "redelivery", "effect", "brake", "pause", "pruned")
FEW_BYTES = 500_000


def empty(sandbox: RunningSandbox, service: str) -> None:
    """Remove every row that the runtime keeps for the service.

    Few rows are deleted: to truncate a table makes a file for it and for each of its indexes, which takes longer.
    """
    with psycopg.connect(sandbox.endpoints().postgres.url) as connection:
        for table in RUNTIME_TABLES:
            name = sql.Identifier(service, table)
            asked = connection.execute("select pg_table_size(%s::regclass) > %s", [name.as_string(), FEW_BYTES])
            remove = "truncate {}" if asked.fetchone() == (True,) else "delete from {}"
            connection.execute(sql.SQL(remove).format(name))


@cache
def migrated(url: str) -> str:
    """This database, with every schema as this release has it."""
    migrate(url)
    return url


@asynccontextmanager
async def emptied(sandbox: RunningSandbox, *services: str) -> AsyncIterator[Any]:
    """A connection of the administrator's; the schemas of these services have no rows, and none are left after it."""
    url = migrated(sandbox.endpoints().postgres.url)
    for service in services:
        empty(sandbox, service)
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
        for service in services:
            empty(sandbox, service)


@contextmanager
def emptied_sync(
    sandbox: RunningSandbox, *services: str, row_factory: RowFactory[Any] = tuple_row
) -> Iterator[psycopg.Connection[Any]]:
    """As `emptied`, for a test that runs commands, each with an event loop of its own."""
    url = migrated(sandbox.endpoints().postgres.url)
    for service in services:
        empty(sandbox, service)
    try:
        with psycopg.connect(url, autocommit=True, row_factory=row_factory) as connection:
            yield connection
    finally:
        for service in services:
            empty(sandbox, service)


def put(connection: psycopg.Connection[Any], service: str, key: str, document: Document, *, lane: int = 0) -> None:
    """Let this document stand in the service's schema."""
    row = [document.kind, key, lane, list(document.waits_for), document.to_json()]
    insert = sql.SQL("insert into {} (kind, key, lane, waits_for, document) values (%s, %s, %s, %s, %s)")
    connection.execute(insert.format(sql.Identifier(service, "state")), row)


@asynccontextmanager
async def administrator(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    """A connected client of Kafka's that manages topics and groups."""
    client = AIOKafkaAdminClient(bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def make_topics(sandbox: RunningSandbox, names: Sequence[str], lanes: int) -> None:
    """Create topics with the broker's default settings."""
    specs = [TopicSpec(name, lanes, {}) for name in names]
    await create_topics(sandbox.endpoints().kafka.access, specs)
