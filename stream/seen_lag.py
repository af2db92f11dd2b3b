"""How many records wait, as far as fetches tell: asking Kafka would cost a request."""

import time
from collections.abc import Collection, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

LAG_EVERY_S = 1.0


class SeenLag:
    """The lag by topic, as last noted; any thread may read it."""

    def __init__(self, topics: Collection[str]) -> None:
        self._topics = topics
        self._look_at_s = 0.0
        self.by_topic: Mapping[str, int] = dict.fromkeys(topics, 0)

    async def note(self, consumer: AIOKafkaConsumer, left_over: Collection[TopicPartition]) -> None:
        """Once a second, from what fetches bring along; of what is left over nothing is taken."""
        now = time.monotonic()
        if now < self._look_at_s:
            return
        self._look_at_s = now + LAG_EVERY_S
        lag = dict.fromkeys(self._topics, 0)
        for place in consumer.assignment().difference(left_over):
            end = consumer.last_stable_offset(place)
            # Before the first fetch there may be no position yet, and asking for it would wait until there is.
            if end is not None:
                lag[place.topic] += max(end - await consumer.position(place), 0)
        self.by_topic = lag
