"""Real Kafka and Postgres for a test: topics of its own, and a service's schema without rows."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from sandbox.running import RunningSandbox
from sandbox.secret_store import password
from sandbox.topics import TopicSpec, create_topics

RUNTIME_TABLES = ("lane", "journal", "state", "redelivery", "effect", "brake")


def service_url(sandbox: RunningSandbox, service: str) -> str:
    """Where the service logs in, with its own role and password."""
    parts = urlsplit(sandbox.endpoints().postgres.url)
    secret = password(sandbox.state.secrets, f"postgres-{service}")
    return urlunsplit((parts.scheme, f"{service}:{secret}@{parts.hostname}:{parts.port}", parts.path, "", ""))


def empty(sandbox: RunningSandbox, service: str) -> None:
    """Remove every row that the runtime keeps for the service."""
    tables = sql.SQL(", ").join(sql.Identifier(service, table) for table in RUNTIME_TABLES)
    with psycopg.connect(sandbox.endpoints().postgres.url) as connection:
        connection.execute(sql.SQL("truncate {}").format(tables))


async def make_topics(sandbox: RunningSandbox, names: Sequence[str], lanes: int) -> None:
    """Create topics with the broker's default settings."""
    specs = [TopicSpec(name, lanes, {}) for name in names]
    await create_topics(sandbox.endpoints().kafka.bootstrap_servers, specs)
