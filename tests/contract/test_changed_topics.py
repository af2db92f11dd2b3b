"""Whoever adds partitions to a topic, or deletes one, leaves places that nobody reads: somebody has to hear it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka.admin import NewPartitions
from clusters import LANES, SESSION_MS, until
from real import administrator, make_topics

from sandbox.running import RunningSandbox
from stream.errors import TopicsUnfit
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.record import TopicLane
from stream.transport import Membership


@pytest.fixture
def topics() -> tuple[str, str]:
    return f"changed-{uuid4().hex[:8]}", f"stays-{uuid4().hex[:8]}"


@pytest.fixture
async def member(sandbox: RunningSandbox, topics: tuple[str, str]) -> AsyncIterator[KafkaTransport]:
    """One that holds every lane of both topics."""
    await make_topics(sandbox, topics, LANES)
    settings = KafkaSettings(
        KafkaAccess(sandbox.endpoints().kafka.bootstrap_servers),
        Membership(f"readers-{topics[0]}", topics),
        LANES,
        session_timeout_ms=SESSION_MS,
        metadata_max_age_ms=200,
    )
    found = KafkaTransport(settings)
    await found.start()
    await until(found, lambda: len(found.assignment().lanes) == LANES)
    found.seek({TopicLane(topic, lane): 0 for topic in topics for lane in range(LANES)})
    yield found
    await found.close()


async def ended(member: KafkaTransport) -> str:
    """Why it takes no more."""
    with pytest.raises(TopicsUnfit) as raised:
        await until(member, lambda: False)
    return str(raised.value)


async def test_a_partition_that_is_added_while_a_worker_runs_ends_it(
    sandbox: RunningSandbox, member: KafkaTransport, topics: tuple[str, str]
) -> None:
    topic = topics[0]
    async with administrator(sandbox) as admin:
        await admin.create_partitions({topic: NewPartitions(total_count=LANES + 1)})
    assert await ended(member) == f"every topic needs {LANES} partitions: {topic} has {LANES + 1}"


async def test_a_topic_that_is_deleted_while_a_worker_runs_ends_it(
    sandbox: RunningSandbox, member: KafkaTransport, topics: tuple[str, str]
) -> None:
    topic = topics[0]
    async with administrator(sandbox) as admin:
        await admin.delete_topics([topic])
    assert await ended(member) == f"every topic needs {LANES} partitions: {topic} has 0"
