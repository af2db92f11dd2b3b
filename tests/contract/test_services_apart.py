"""What cannot be read of one service leaves what `koppeling services` tells of the others."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import GroupCoordinatorNotAvailableError
from click.testing import CliRunner
from real import emptied, emptied_sync

from ops.cli import main
from ops.replay.topic_reader import TopicReader
from ops.servers.administrator import looking
from ops.servers.kafka_reading import reading_consumer
from ops.service_state.backlog import Backlog, backlogs
from ops.service_state.members import Members, members
from ops.service_state.state import UnreadService, service_states
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.flow import ENRICHMENT, LANES, SERVICE_NAMES, SERVICES
from schemas.topics import event_topics
from stream.kafka_access import KafkaAccess

pytestmark = pytest.mark.sandbox

LOST = "policy-enriched"
READ_LOST = [party.name for party in SERVICES if LOST in [event.name for event in party.consumes]]


class WithoutOne(TopicReader):
    """To which one topic is missing."""

    async def partitions(self) -> dict[str, list[int]]:
        return {topic.name: [] if topic.name == LOST else list(range(LANES)) for topic in event_topics()}


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    async with emptied(sandbox, *SERVICE_NAMES), looking(sandbox.endpoints().postgres.url) as database:
        await database.execute("set local statement_timeout = '200ms'")
        yield database


@pytest.fixture
async def reader(sandbox: RunningSandbox) -> AsyncIterator[TopicReader]:
    async with reading_consumer(sandbox.endpoints().kafka.access) as consumer:
        yield WithoutOne(consumer)


async def locked(sandbox: RunningSandbox, table: str) -> Any:
    other = await asyncpg.connect(sandbox.endpoints().postgres.url)
    await other.execute(f"begin; lock table {table}")
    return other


async def test_a_topic_that_is_missing_and_a_locked_table_leave_the_backlogs_of_others(
    sandbox: RunningSandbox, database: Any, reader: TopicReader
) -> None:
    other = await locked(sandbox, "enrichment.lane")
    try:
        found = await backlogs(database, reader)
    finally:
        await other.close()
    assert "took too long" in str(found[ENRICHMENT.name])
    assert {found[service] for service in READ_LOST} == {f"topics missing or unfit (see TopicsUnfit): {LOST}"}
    assert isinstance(found["intake"], Backlog)
    (state,) = (one for one in await service_states(database, {}, found) if one.service == ENRICHMENT.name)
    assert state.unread == found[ENRICHMENT.name]


async def test_a_service_whose_table_is_locked_is_named_and_the_others_are_told(
    sandbox: RunningSandbox, database: Any
) -> None:
    other = await locked(sandbox, "enrichment.redelivery")
    try:
        found = await service_states(database, dict.fromkeys(SERVICE_NAMES, Members(("1",))), {})
    finally:
        await other.close()
    assert [one.service for one in found if isinstance(one, UnreadService)] == [ENRICHMENT.name]
    assert [one.service for one in found] == list(SERVICE_NAMES)


async def coordinated(access: KafkaAccess) -> None:
    """Return once a new broker tells who is in a group."""

    async def ask() -> bool:
        with suppress(GroupCoordinatorNotAvailableError):
            return bool(await members(access))
        return False

    await until(ask, deadline_s=30, missing="no broker coordinates the groups")


def test_the_command_says_why_and_ends_with_1(sandbox: RunningSandbox) -> None:
    asyncio.run(coordinated(sandbox.endpoints().kafka.access))
    with emptied_sync(sandbox) as database:
        database.execute("alter table timeline.journal rename to away")
        try:
            said, programs = (
                CliRunner().invoke(main, ["services", "--state", str(sandbox.state.path), *more])
                for more in ((), ("--json",))
            )
        finally:
            database.execute("alter table timeline.away rename to journal")
    assert "timeline: the services' tables are not there" in said.stdout
    assert "intake: no workers, " in said.stdout, said.stderr
    assert (said.exit_code, "not everything of timeline could be read" in said.stderr) == (1, True)
    assert [one["service"] for one in json.loads(programs.stdout) if one["unread"]] == ["timeline"]
