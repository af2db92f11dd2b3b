"""One service in memory: what is written into its topics goes through the real worker, and its answers are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from faults.fuzz.garbage import Raw
from schemas import flow
from schemas.topics import event_topics
from stream.answer import Answer
from stream.lane import lane_of
from stream.memory.broker import MemoryBroker
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase
from stream.memory.worker import worker_in_memory
from stream.record import Record, TopicLane
from stream.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUIET_ROUNDS = 2


@dataclass
class Chain:
    """A service with a broker and a database of its own."""

    service: Service[Any]
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.broker = MemoryBroker((topic.name for topic in event_topics()), flow.LANES)
        self.database = MemoryDatabase()
        self.worker = worker_in_memory(self.service, self.broker, self.database, self.clock, self.answers.extend)

    def write(self, topic: str, records: Iterable[Raw]) -> list[Record]:
        """Publish as an outside party does, by whatever key."""
        return [self.broker.write(_place(topic, raw), *raw) for raw in records]

    async def run(self) -> None:
        """Run until nothing is left that can be taken now. Raises what ends the process."""
        if not self.worker.transport.assignment().lanes:
            await self.worker.transport.start()
        quiet = 0
        while quiet < QUIET_ROUNDS:
            quiet = 0 if await self.worker.run_once() else quiet + 1


def _place(topic: str, raw: Raw) -> TopicLane:
    key = (raw.key or b"").decode("latin-1")
    return TopicLane(topic, lane_of(key, flow.LANES))
