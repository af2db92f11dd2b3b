"""A consumer with more before it than a batch holds leaves no topic alone."""

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from toy import LANES, TOPICS

from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership

BUSY, *SILENT = TOPICS


class Busy:
    """A consumer that has a record of the first topic whenever it is asked, and nothing of the others."""

    def __init__(self) -> None:
        self.left_alone: set[TopicPartition] = set()

    def partitions_for_topic(self, _: str) -> set[int]:
        return set(range(LANES))

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition(topic, 0) for topic in TOPICS}

    def last_stable_offset(self, _: TopicPartition) -> None:
        """Nothing is noted of the lag."""

    async def getmany(self, *_: object, **__: object) -> dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]:
        place = TopicPartition(BUSY, 0)
        return {place: [ConsumerRecord(*place, 0, 0, 0, b"key", b"value", None, 3, 5, ())]}

    def paused(self) -> set[TopicPartition]:
        return self.left_alone

    def pause(self, *places: TopicPartition) -> None:
        self.left_alone = self.left_alone | set(places)

    def resume(self, *places: TopicPartition) -> None:
        self.left_alone = self.left_alone - set(places)


@pytest.mark.parametrize(("max_records", "alone"), [(1, set()), (2, {TopicPartition(topic, 0) for topic in SILENT})])
async def test_silent_topics_are_left_alone_beside_batches_that_are_not_full(
    max_records: int, alone: set[TopicPartition]
) -> None:
    transport = KafkaTransport(KafkaSettings(KafkaAccess("127.0.0.1:9"), Membership("toy", TOPICS), LANES))
    consumer = Busy()
    transport._consumer = consumer
    transport._busy._heard_s = dict.fromkeys(TOPICS, -1e6)
    await transport.receive(max_records, 0.0)
    assert consumer.left_alone == alone
