"""One service on a Kafka and a Postgres of its own, both in memory: what it is told, and what it says."""

import asyncio
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from stream.document import Document
from stream.lane import lane_of
from stream.memory.broker import MemoryBroker
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase
from stream.memory.worker import worker_in_memory
from stream.record import RawHeaders, TopicLane
from stream.service import Service
from stream.transport import Membership

D = TypeVar("D", bound=Document)

LANES = 3
RETRIES_S = 6_000
"""Longer than a record that waits for another one is tried again by itself."""


class Letter(NamedTuple):
    """A record that may be delivered now, later, or more than once."""

    id: str
    subject: str
    event: Event
    headers: RawHeaders
    value: bytes | None


def letter(envelope: Envelope, event: Event) -> Letter:
    """The record that brings this event."""
    headers, value = codec.encode(envelope, event)
    return Letter(envelope.id, envelope.subject, event, headers, value)


@dataclass
class ServiceInMemory:
    """A worker of this service, alone with its topics."""

    service: Service[Any]
    clock: ManualClock

    def __post_init__(self) -> None:
        own = Membership.of(self.service.party)
        self.broker = MemoryBroker((*own.topics, *own.produces), LANES)
        self.database = MemoryDatabase()
        self._worker = worker_in_memory(self.service, self.broker, self.database, self.clock)
        self._runner = asyncio.Runner()
        self._runner.run(self._worker.transport.start())
        self._heard: dict[TopicLane, int] = {}

    def close(self) -> None:
        """Let go of the loop."""
        self._runner.close()

    def deliver(self, arrived: Letter) -> None:
        """It arrives, and everything that there is to do now is done."""
        place = TopicLane(arrived.event.name, lane_of(arrived.subject, LANES))
        self.broker.write(place, arrived.subject.encode(), arrived.value, arrived.headers)
        self.run()

    def run(self) -> None:
        """Everything there is to do now."""
        # Not by the runner's own `run`, which has an eye on Ctrl-C each time: that is a twelfth of the whole.
        self._runner.get_loop().run_until_complete(self._until_idle())

    async def _until_idle(self) -> None:
        while await self._worker.run_once():
            pass

    def listen(self) -> list[Letter]:
        """What it has published since the last time, repeats included."""
        said = []
        emitted = {event.name for event in self.service.party.emits}
        for place, log in self.broker.logs.items():
            if place.topic in emitted:
                for record in log.records[self._heard.get(place, 0) :]:
                    decoded = codec.decode(record.topic, record.headers, record.value)
                    envelope = decoded.envelope
                    said.append(Letter(envelope.id, envelope.subject, decoded.event, record.headers, record.value))
                self._heard[place] = log.end
        return said

    def document(self, kind: type[D], key: str) -> D | None:
        """What it remembers under this key."""
        return self.documents(kind).get(key)

    def documents(self, kind: type[D]) -> dict[str, D]:
        """What it remembers of this kind, by key."""
        states = self.database.tables.states.items()
        found = {key.key: state.document for key, (_, state) in states if key.kind == kind.kind}
        return {key: document for key, document in found.items() if isinstance(document, kind)}

    @property
    def tries_again(self) -> bool:
        """Whether a record that came too early will be taken up by itself."""
        rows = self.database.tables.rows.values()
        return any(queued.due_at is not None for queued in rows if not queued.handled)

    def given_up(self) -> list[str]:
        """Why records are parked for a human."""
        rows = self.database.tables.rows.values()
        return [queued.reason for queued in rows if not queued.handled and queued.due_at is None]
