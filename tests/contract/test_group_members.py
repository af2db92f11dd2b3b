"""Kafka tells who is in a service's group: its workers, and of which release, and who else."""

from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from clusters import LANES
from real import make_topics

from ops.service_state.members import Members, members
from sandbox.running import RunningSandbox
from stream.client_id import client_id
from stream.kafka import KafkaTransport
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership

pytestmark = pytest.mark.sandbox


async def test_a_stranger_in_the_group_is_no_worker_and_workers_are_told_by_their_releases(
    sandbox: RunningSandbox,
) -> None:
    topic, access = f"joined-{uuid4().hex[:8]}", sandbox.endpoints().kafka.access
    await make_topics(sandbox, (topic,), LANES)
    async with AsyncExitStack() as joined:
        for called in (client_id("intake", "0.2.0"), client_id("intake", "0.1.0"), "console-consumer"):
            member = KafkaTransport(KafkaSettings(access, Membership("intake", (topic,)), LANES, called))
            joined.push_async_callback(member.close)
            await member.start()
        found = await members(access)
    assert found["intake"] == Members(("0.1.0", "0.2.0"), ("console-consumer at 127.0.0.1",))
    assert found["enrichment"] == Members()
