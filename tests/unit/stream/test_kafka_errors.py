"""What Kafka's client raises names what an operator has to look at."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import InconsistentGroupProtocolError, OffsetOutOfRangeError

from stream.errors import StateWentBack, TransportUnavailable
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import translated

ACCESS = KafkaAccess("127.0.0.1:9")


def test_a_position_outside_the_log_is_named_with_its_topic_and_lane() -> None:
    with pytest.raises(StateWentBack, match=r"^link-realised/3: position 31 is outside the log$"), translated(ACCESS):
        raise OffsetOutOfRangeError({TopicPartition("link-realised", 3): 31})


def test_somebody_else_in_the_group_is_not_taken_for_an_outage_of_kafka() -> None:
    with pytest.raises(TransportUnavailable, match="another program"), translated(ACCESS):
        raise InconsistentGroupProtocolError
