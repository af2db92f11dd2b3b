"""A rewind shows what it would put back while a worker runs, and puts nothing back."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from click.testing import CliRunner, Result
from clusters import LANES
from real import emptied, make_topics

from ops.cli import main
from ops.servers.kafka_clients import consumer_of
from sandbox.running import RunningSandbox
from stream.kafka import KafkaTransport
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership

pytestmark = pytest.mark.sandbox

GROUP = "timeline"
PLACE = TopicPartition("link-realised", 0)
WHY = ("--apply", "--reason", "a test")
PLAN = "timeline: 5 records in 1 place are read again"


@pytest.fixture
async def committed(sandbox: RunningSandbox) -> AsyncIterator[None]:
    """Postgres knows nothing of what the group has committed."""
    async with emptied(sandbox, GROUP):
        async with consumer_of(sandbox.endpoints().kafka.access, group_id=GROUP, enable_auto_commit=False) as consumer:
            consumer.assign([PLACE])
            await consumer.commit({PLACE: 5})
        yield


async def typed(sandbox: RunningSandbox, *more: str) -> Result:
    words = ["rewind", "--service", GROUP, "--state", str(sandbox.state.path), *more]
    return await asyncio.to_thread(CliRunner().invoke, main, words)


@pytest.mark.usefixtures("committed")
async def test_the_plan_is_shown_while_a_worker_runs_and_refused_until_it_has_ended(sandbox: RunningSandbox) -> None:
    topic = f"joined-{uuid4().hex[:8]}"
    await make_topics(sandbox, (topic,), LANES)
    worker = KafkaTransport(KafkaSettings(sandbox.endpoints().kafka.access, Membership(GROUP, (topic,)), LANES))
    await worker.start()
    try:
        for more in ((), WHY):
            said = await typed(sandbox, *more)
            assert (said.exit_code, said.stdout) == (1, f"{PLAN}\n")
            assert "end first what still holds a place in these groups: timeline (1)" in said.stderr
    finally:
        await worker.close()
    done = await typed(sandbox, *WHY)
    assert (done.exit_code, PLAN in done.stdout, "put back" in done.stdout) == (0, True, True)
