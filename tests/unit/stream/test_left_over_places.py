"""Places without all their topics are left alone, and no longer once aiokafka has handed out others."""

from aiokafka import TopicPartition
from aiokafka.consumer.subscription_state import SubscriptionState
from toy import LANES, TOPICS

from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership

HELD = {TopicPartition(topic, 0) for topic in TOPICS}
LEFT_OVER = TopicPartition(TOPICS[0], 1)
ALONE = frozenset({TOPICS[1]})
SILENT = TopicPartition(TOPICS[1], 0)


class Unconnected:
    """What a consumer knows of its places, and refuses of others, without a Kafka."""

    def __init__(self) -> None:
        self._state = SubscriptionState()
        self._state.subscribe(set(TOPICS))
        self.assignment = self._state.assigned_partitions
        self.paused = self._state.paused_partitions
        self.seek = self._state.seek
        self.assign = self._state.assign_from_subscribed

    def pause(self, *places: TopicPartition) -> None:
        for place in places:
            self._state.pause(place)

    def resume(self, *places: TopicPartition) -> None:
        for place in places:
            self._state.resume(place)


def transport_with(consumer: Unconnected) -> KafkaTransport:
    """A member that has been given a lane and what is left over."""
    transport = KafkaTransport(KafkaSettings(KafkaAccess("127.0.0.1:9"), Membership("toy", TOPICS), LANES))
    transport._consumer = consumer
    consumer.assign({*HELD, LEFT_OVER})
    transport.on_partitions_assigned({*HELD, LEFT_OVER})
    return transport


async def test_what_is_left_over_is_passed_over_whatever_else_is() -> None:
    consumer = Unconnected()
    transport = transport_with(consumer)
    assert consumer.paused() == {LEFT_OVER}
    transport._leave_alone(ALONE)
    assert consumer.paused() == {LEFT_OVER, SILENT}
    transport._leave_alone(frozenset())
    assert consumer.paused() == {LEFT_OVER}


async def test_what_was_left_over_before_a_rebalance_is_not_asked_of_an_assignment_without_it() -> None:
    consumer = Unconnected()
    transport = transport_with(consumer)
    # aiokafka tells its listener a moment after this.
    consumer.assign(HELD)
    transport._leave_alone(ALONE)
    assert consumer.paused() == {SILENT}
