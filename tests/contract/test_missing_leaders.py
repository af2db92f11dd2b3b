"""A partition without a leader for longer than a request may take: aiokafka gives its batch up, number and all."""

from uuid import uuid4

import pytest
from aiokafka.cluster import ClusterMetadata
from clusters import LANES, until
from real import make_topics

from sandbox.running import RunningSandbox
from stream.errors import TransportUnavailable
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.record import Message, Record, TopicLane
from stream.transport import Membership

NOBODY = -1


async def test_a_member_publishes_again_once_there_is_a_leader(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"led-{uuid4().hex[:8]}"
    await make_topics(sandbox, (topic,), LANES)
    access = KafkaAccess(sandbox.endpoints().kafka.bootstrap_servers)
    member = KafkaTransport(
        KafkaSettings(access, Membership(f"readers-{topic}", (topic,)), LANES, request_timeout_ms=500)
    )
    await member.start()
    await member.publish([said(topic, "before")])

    with monkeypatch.context() as patch:
        patch.setattr(ClusterMetadata, "leader_for_partition", lambda *_: NOBODY)
        with pytest.raises(TransportUnavailable, match="LeaderNotAvailable"):
            await member.publish([said(topic, "meanwhile")])

    await member.publish([said(topic, "after")])
    await member.publish([said(topic, "later")])
    await until(member, lambda: len(member.assignment().lanes) == LANES)
    member.seek({TopicLane(topic, lane): 0 for lane in range(LANES)})
    records: list[Record] = []
    while len(records) < 3:
        records += await member.receive(10, 1.0)
    assert [record.value for record in records] == [b"before", b"after", b"later"]
    await member.close()


async def test_a_spare_member_finds_that_kafka_does_not_answer_as_the_holder_does(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"led-{uuid4().hex[:8]}"
    await make_topics(sandbox, (topic,), 1)
    access = KafkaAccess(sandbox.endpoints().kafka.bootstrap_servers)
    settings = KafkaSettings(access, Membership(f"readers-{topic}", (topic,)), 1, request_timeout_ms=500)
    members = [KafkaTransport(settings), KafkaTransport(settings)]
    for member in members:
        await member.start()

    def is_given() -> bool:
        # Who receives has to know from where, also while the lane is handed from one to the other.
        for member in members:
            member.seek({TopicLane(topic, 0): 0})
        return sum(len(member.assignment().lanes) for member in members) == 1

    await until(members[0], is_given)
    (spare,) = (member for member in members if not member.assignment().lanes)
    assert await spare.lag() == 0

    monkeypatch.setattr(ClusterMetadata, "leader_for_partition", lambda *_: NOBODY)
    for member in members:
        with pytest.raises(TransportUnavailable):
            await member.lag()
    for member in members:
        await member.close()


def said(topic: str, value: str) -> Message:
    return Message(topic, 0, "key", 1, (), value.encode())
