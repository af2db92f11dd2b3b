"""Kafka for everybody in the simulation: the broker in memory, and a fetch that answers when there is something."""

import asyncio
from collections.abc import Callable, Collection
from random import Random
from typing import NamedTuple

from faults.simulation.loop import VirtualLoop
from schemas.topics import event_topics
from stream.memory.broker import MemoryBroker
from stream.record import RawHeaders, Record, TopicLane
from stream.transport import Assignment

LANES = 4
FETCH_S_MAX = 0.1


class SimulatedBroker(MemoryBroker):
    """`down_until_s`: nobody gets an answer before that."""

    def __init__(self, loop: VirtualLoop, random: Random, services: Collection[str]) -> None:
        self._groups_of = {topic.name: [one for one in topic.consumers if one in services] for topic in event_topics()}
        super().__init__(self._groups_of, LANES)
        self._loop = loop
        self._random = random
        self._waiting: dict[str, list[_Waiting]] = {name: [] for name in services}
        self.readers: dict[str, Callable[[], None]] = {}
        self.down_until_s = 0.0

    def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders = ()) -> Record:
        """Append, and let those who wait for this topic know soon."""
        record = super().write(place, key, value, headers)
        for group in self._groups_of[place.topic]:
            self._wake_if(group, lambda waiting: place.lane in waiting.held().lanes)
        reader = self.readers.get(place.topic)
        if reader is not None:
            self._loop.outside(self._random.random() * FETCH_S_MAX, reader)
        return record

    def wake(self, group: str, lane: int | None = None) -> None:
        """Let every member that waits, or who holds this lane, look again soon: something may be in its queue."""
        self._wake_if(group, lambda waiting: lane is None or lane in waiting.held().lanes)

    def rebalance(self, name: str) -> None:
        """Whoever waits hears of it: there may be something to do in its new lanes."""
        super().rebalance(name)
        self.wake(name)

    def _wake_if(self, group: str, concerned: "Callable[[_Waiting], bool]") -> None:
        waiting = self._waiting[group]
        found = [one for one in waiting if concerned(one)]
        if found:
            self._waiting[group] = [one for one in waiting if one not in found]
            self._loop.outside(self._random.random() * FETCH_S_MAX, lambda: _wake(found))

    async def news(self, group: str, held: Callable[[], Assignment], seconds: float) -> None:
        """Wait for news in the lanes that this member of the group takes for its own, at most so long."""
        waiting = _Waiting(self._loop.create_future(), held)
        self._waiting[group].append(waiting)
        patience = self._loop.call_later(seconds, _wake, [waiting])
        try:
            await waiting.news
        finally:
            patience.cancel()
            if waiting in self._waiting[group]:
                self._waiting[group].remove(waiting)


class _Waiting(NamedTuple):
    """A member's fetch, and what that member holds, whether the group knows or not."""

    news: "asyncio.Future[None]"
    held: Callable[[], Assignment]


def _wake(waiting: list[_Waiting]) -> None:
    for one in waiting:
        if not one.news.done():
            one.news.set_result(None)
