"""Whoever adds partitions to a topic makes places that are no lanes: nobody reads them, and somebody has to hear it."""

from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from clusters import LANES, SESSION_MS, until
from real import make_topics

from sandbox.running import RunningSandbox
from stream.errors import TopicsUnfit
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.record import TopicLane

pytestmark = pytest.mark.sandbox


async def add_partition(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_partitions({topic: NewPartitions(total_count=LANES + 1)})
    finally:
        await admin.close()


async def test_a_partition_that_is_added_while_a_worker_runs_ends_it(sandbox: RunningSandbox) -> None:
    bootstrap = sandbox.endpoints().kafka.bootstrap_servers
    grows, stays = (f"{name}-{uuid4().hex[:8]}" for name in ("grows", "stays"))
    await make_topics(sandbox, (grows, stays), LANES)
    settings = KafkaSettings(
        KafkaAccess(bootstrap),
        f"readers-{grows}",
        (grows, stays),
        (),
        LANES,
        session_timeout_ms=SESSION_MS,
        metadata_max_age_ms=200,
    )
    member = KafkaTransport(settings)
    await member.start()
    await until(member, lambda: len(member.assignment().lanes) == LANES)
    member.seek({TopicLane(topic, lane): 0 for topic in (grows, stays) for lane in range(LANES)})

    await add_partition(bootstrap, grows)
    with pytest.raises(TopicsUnfit, match=f"{LANES} partitions: {grows} has more"):
        await until(member, lambda: False)
    await member.close()
