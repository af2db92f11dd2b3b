from asyncio import to_thread
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from clusters import LANES, Cluster, OnKafka
from clusters import InMemory as ClusterInMemory
from databases import Database, OnPostgres
from databases import InMemory as DatabaseInMemory
from mail_rows import Mails
from real import emptied, empty, make_topics, migrated

from ops.cli import main
from sandbox.running import RunningSandbox
from stream.environment import ADMIN_VARIABLE
from stream.store import Store

PAIR = ["memory", pytest.param("real", marks=pytest.mark.sandbox)]


@pytest.fixture(params=PAIR)
async def cluster(request: pytest.FixtureRequest) -> AsyncIterator[Cluster]:
    topics = tuple(f"{name}-{uuid4().hex[:8]}" for name in ("forms", "answers"))
    if request.param == "memory":
        yield ClusterInMemory(topics)
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")
    await make_topics(sandbox, topics, LANES)
    found = OnKafka(sandbox.endpoints().kafka.bootstrap_servers, topics)
    yield found
    await found.close()


@pytest.fixture(scope="session")
def intake_url(sandbox: RunningSandbox) -> str:
    migrated(sandbox.endpoints().postgres.url)
    return sandbox.service_url("intake")


@pytest.fixture(params=PAIR)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    if request.param == "memory":
        yield DatabaseInMemory()
        return
    url: str = request.getfixturevalue("intake_url")
    empty(request.getfixturevalue("sandbox"), "intake")
    found = OnPostgres(url)
    yield found
    await found.close()


@pytest.fixture
def store(database: Database) -> Store:
    """A worker's connection to it."""
    return database.connect()


@pytest.fixture
async def ledger(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    """The administrator's connection, while no mail is planned."""
    async with emptied(sandbox, "notifier") as connection:
        yield connection


@pytest.fixture
def mails(sandbox: RunningSandbox) -> Mails:
    cli = CliRunner(env={ADMIN_VARIABLE: sandbox.endpoints().postgres.url})

    async def run(*words: object) -> Result:
        return await to_thread(cli.invoke, main, ["mails", *map(str, words)])

    return run
