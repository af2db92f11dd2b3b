"""Kafka for everybody in the simulation: the broker in memory, and a fetch that answers when there is something."""

import asyncio
from collections.abc import Callable
from random import Random

from faults.simulation.loop import VirtualLoop
from schemas import flow
from stream.memory_broker import MemoryBroker
from stream.record import RawHeaders, Record, TopicLane

LANES = 4
FETCH_S_MAX = 0.1

_OURS = [stage.name for stage in flow.SERVICES]


class SimulatedBroker(MemoryBroker):
    """`down_until_s`: nobody gets an answer before that."""

    def __init__(self, loop: VirtualLoop, random: Random) -> None:
        super().__init__([topic.name for topic in flow.topics()], LANES)
        self._loop = loop
        self._random = random
        self._readers = {topic.name: [one for one in topic.consumers if one in _OURS] for topic in flow.topics()}
        self._waiting: dict[str, list[asyncio.Future[None]]] = {name: [] for name in _OURS}
        self.readers: dict[str, Callable[[], None]] = {}
        self.down_until_s = 0.0

    def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders = ()) -> Record:
        """Append, and let those who wait for this topic know soon."""
        record = super().write(place, key, value, headers)
        for group in self._readers[place.topic]:
            self.wake(group)
        reader = self.readers.get(place.topic)
        if reader is not None:
            self._loop.outside(self._random.random() * FETCH_S_MAX, reader)
        return record

    def wake(self, group: str) -> None:
        """Let every member that waits look again soon: there is something in a topic, or in its service's database."""
        if self._waiting[group]:
            waiting, self._waiting[group] = self._waiting[group], []
            self._loop.outside(self._random.random() * FETCH_S_MAX, lambda: _wake(waiting))

    async def news(self, group: str, seconds: float) -> None:
        """Wait for news for this group, at most so long."""
        news: asyncio.Future[None] = self._loop.create_future()
        self._waiting[group].append(news)
        patience = self._loop.call_later(seconds, _wake, [news])
        try:
            await news
        finally:
            patience.cancel()
            if news in self._waiting[group]:
                self._waiting[group].remove(news)


def _wake(waiting: "list[asyncio.Future[None]]") -> None:
    for one in waiting:
        if not one.done():
            one.set_result(None)
