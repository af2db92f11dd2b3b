"""A Kafka to test a transport on: the one in memory, and the real one."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from aiokafka import AIOKafkaProducer

from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.memory.broker import MemoryBroker
from stream.memory.manual_clock import ManualClock
from stream.memory.transport import MemoryTransport
from stream.record import RawHeaders, TopicLane
from stream.transport import Membership, Transport

GROUP = "readers"
LANES = 4
SESSION_MS = 1000


class Cluster(Protocol):
    """Topics of LANES partitions each, and whoever reads and writes them."""

    topics: tuple[str, ...]
    wait_s: float
    """How long a receive may have to wait for what was written before."""

    def member(self, *, topics: tuple[str, ...] = (), lanes: int = LANES) -> Transport:
        """A member of the group, not started; reads all topics if none are named."""

    async def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders) -> None:
        """Publish what somebody else says."""

    async def close(self) -> None:
        """End whatever was started."""


class InMemory:
    """The fake."""

    wait_s = 0.0

    def __init__(self, topics: tuple[str, ...]) -> None:
        self.topics = topics
        self._clock = ManualClock(datetime(2026, 11, 23, tzinfo=UTC))
        self._brokers: dict[int, MemoryBroker] = {}

    def member(self, *, topics: tuple[str, ...] = (), lanes: int = LANES) -> Transport:
        del lanes
        return MemoryTransport(self._broker, Membership(GROUP, topics or self.topics), self._clock)

    @property
    def _broker(self) -> MemoryBroker:
        return self._brokers.setdefault(LANES, MemoryBroker(self.topics, LANES))

    async def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders) -> None:
        self._broker.write(place, key, value, headers)

    async def close(self) -> None:
        """Nothing was started."""


class OnKafka:
    """The real one."""

    wait_s = 5.0

    def __init__(self, bootstrap: str, topics: tuple[str, ...]) -> None:
        self.topics = topics
        self._bootstrap = bootstrap
        self._members: list[Transport] = []

    def member(self, *, topics: tuple[str, ...] = (), lanes: int = LANES) -> Transport:
        group = f"{GROUP}-{self.topics[0]}"
        settings = KafkaSettings(
            KafkaAccess(self._bootstrap),
            Membership(group, topics or self.topics),
            lanes,
            session_timeout_ms=SESSION_MS,
            fetch_max_wait_ms=50,
        )
        self._members.append(KafkaTransport(settings))
        return self._members[-1]

    async def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self._bootstrap) as producer:
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None, headers=list(headers))
            await (await producer.send_batch(batch, place.topic, partition=place.lane))

    async def close(self) -> None:
        for member in self._members:
            await member.close()


async def until(member: Transport, reached: Callable[[], bool], deadline_s: float = 15.0) -> None:
    """Let a member take part in its group until this is so."""
    async with asyncio.timeout(deadline_s):
        while not reached():
            await member.receive(1, 0.02)
