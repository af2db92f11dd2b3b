"""A rewind is finished by who types it again, once Kafka lets it."""

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import uuid4

import click
import pytest
from aiokafka import TopicPartition
from real import emptied, make_topics

from ops.servers.kafka_clients import consumer_of
from ops.service_state.rewinding import put_back, rewind_of
from sandbox.running import RunningSandbox
from stream.kafka_access import KafkaAccess

WHY = "restored to before the log's beginning"
NOWHERE = KafkaAccess("127.0.0.1:1")


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    async with emptied(sandbox, "intake") as connection:
        yield connection


async def settled_positions(database: Any) -> list[dict[str, int]]:
    rows = await database.fetch("select settled from intake.lane order by lane")
    return [json.loads(row["settled"]) for row in rows]


async def committed_positions(access: KafkaAccess, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    async with consumer_of(access, group_id="intake", enable_auto_commit=False) as consumer:
        consumer.assign(list(places))
        return {place: await consumer.committed(place) for place in places}


async def test_what_kafka_refused_is_on_record_and_stays_as_it_was_until_it_is_typed_again(
    sandbox: RunningSandbox, database: Any
) -> None:
    topic = f"forms-{uuid4().hex[:8]}"
    await make_topics(sandbox, [topic], 2)
    gone, kept = TopicPartition(topic, 0), TopicPartition(topic, 1)
    before = [{topic: 10, "policies": 7}, {topic: 60}]
    for lane, settled in enumerate(before):
        await database.execute("insert into intake.lane values ($1, 3, $2)", lane, json.dumps(settled))
    found = rewind_of("intake", {gone: 20, kept: 90}, {(topic, 0): 10, (topic, 1): 60}, {gone: 40, kept: 40})
    url, access = sandbox.endpoints().postgres.url, sandbox.endpoints().kafka.access

    with pytest.raises(click.ClickException):
        await put_back(url, NOWHERE, [found], WHY)
    after = await database.fetchval("select after from operations.action where why = $1", WHY)
    assert json.loads(after) == {f"{topic}/0": 40, f"{topic}/1": 60, "no longer in the log": {f"{topic}/0": 30}}
    assert await settled_positions(database) == before

    await put_back(url, access, [found], WHY)
    assert await committed_positions(access, (gone, kept)) == {gone: 40, kept: 60}
    assert await settled_positions(database) == [before[0] | {topic: 40}, before[1]]
