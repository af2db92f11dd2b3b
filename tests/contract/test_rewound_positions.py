"""A rewind is kept by the real Postgres, whatever becomes of its part in Kafka."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import click
import pytest
from aiokafka import TopicPartition
from real import empty

from ops.service_state.rewinding import rewind, rewind_of
from sandbox.running import RunningSandbox
from services.migrate import migrate
from stream.kafka_access import KafkaAccess

pytestmark = pytest.mark.sandbox

WHY = "restored to before the log's beginning"
NOWHERE = KafkaAccess("127.0.0.1:1")
GONE, KEPT = TopicPartition("form-received", 0), TopicPartition("form-received", 1)


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    url = sandbox.endpoints().postgres.url
    migrate(url)
    empty(sandbox, "intake")
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()
    empty(sandbox, "intake")


async def test_postgres_goes_on_where_the_log_begins_and_has_it_on_record_before_kafka_is_asked(
    sandbox: RunningSandbox, database: Any
) -> None:
    before = {GONE: {"form-received": 10, "policies": 7}, KEPT: {"form-received": 60}}
    for place, settled in before.items():
        await database.execute("insert into intake.lane values ($1, 3, $2)", place.partition, json.dumps(settled))
    read = {(place.topic, place.partition): settled[place.topic] for place, settled in before.items()}
    found = rewind_of("intake", {GONE: 90, KEPT: 90}, read, {GONE: 40, KEPT: 40})
    with pytest.raises(click.ClickException):
        await rewind(sandbox.endpoints().postgres.url, NOWHERE, [found], WHY)
    rows = await database.fetch("select settled from intake.lane order by lane")
    assert [json.loads(row["settled"]) for row in rows] == [before[GONE] | {"form-received": 40}, before[KEPT]]
    after = await database.fetchval("select after from operations.action where why = $1", WHY)
    places = {"form-received/0": 40, "form-received/1": 60}
    assert json.loads(after) == places | {"no longer in the log": {"form-received/0": 30}}
