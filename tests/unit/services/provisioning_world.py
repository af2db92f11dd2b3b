"""Provisioning on Kafka and Postgres in memory, and what others have written, which may arrive in any order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from stories import NOW, REGISTRATION

from schemas import codec, flow
from schemas.envelope import Envelope, Header
from schemas.event import Event
from schemas.events import DeadLettered
from services.provisioning.decide import Terms, service
from services.provisioning.documents import Provisioning
from stream.answer import Answer
from stream.document import DocumentKey
from stream.lane import lane_of
from stream.manual_clock import ManualClock
from stream.memory_broker import MemoryBroker
from stream.memory_store import MemoryDatabase, MemoryStore
from stream.memory_transport import Membership, MemoryTransport
from stream.record import TopicLane
from stream.worker import Limits, Worker

E = TypeVar("E", bound=Event)

LANE = lane_of(REGISTRATION, flow.LANES)
RETRIES_S = 6_000
"""Longer than a record that waits for another one is tried again by itself."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A record that was written and may be delivered now, later, or more than once."""

    event: Event
    headers: tuple[Header, ...]
    value: bytes


@dataclass
class World:
    """One registration's provisioning. `undelivered` and `delivered` are what others have said about it."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    broker: MemoryBroker = field(default_factory=lambda: MemoryBroker((t.name for t in flow.topics()), flow.LANES))
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    undelivered: list[Letter] = field(default_factory=list)
    delivered: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        stage = flow.PROVISIONING
        consumed = tuple(event.name for event in stage.consumes)
        emitted = (*(event.name for event in stage.emits), DeadLettered.name)
        transport = MemoryTransport(self.broker, Membership(stage.name, consumed, emitted), self.clock)
        limits = Limits(poll_s=0.01, tick_s=0.01)
        self._runner = asyncio.Runner()
        self._worker = Worker(
            service(Terms()), transport, MemoryStore(self.database), self.clock, "1", flow.LANES, self, limits
        )
        self._runner.run(transport.start())
        self._written = 0
        self._said: dict[str, Event] = {}
        self._heard: dict[str, int] = {}

    def settled(self, answers: Sequence[Answer]) -> None:
        """Observe: nothing."""

    def close(self) -> None:
        """Let go of the loop."""
        self._runner.close()

    def write(self, event: Event, source: str, revision: int | None = None) -> Letter:
        """Somebody says this; it is not delivered yet."""
        self._written += 1
        envelope = Envelope(
            id=f"e-{self._written}", source=source, name=event.name, version=event.version, subject=REGISTRATION,
            time=self.clock.now(), revision=revision,
        )  # fmt: skip
        headers, value = codec.encode(envelope, event)
        self.undelivered.append(Letter(event, tuple(headers), value))
        return self.undelivered[-1]

    def deliver(self, letter: Letter, *, again: bool = False) -> None:
        """It arrives."""
        if not again:
            self.delivered.append(letter)
        place = TopicLane(letter.event.name, LANE)
        self.broker.write(place, REGISTRATION.encode(), letter.value, letter.headers)
        self.run()

    def pass_time(self, passed: timedelta) -> None:
        """Time passes, and whatever is due is done."""
        self.clock.advance(passed.total_seconds())
        self.run()

    def run(self) -> None:
        """Everything there is to do now."""
        while self._runner.run(self._worker.run_once()):
            pass
        self._listen()

    @property
    def document(self) -> Provisioning | None:
        """What provisioning remembers."""
        found = self.database.tables.states.get(DocumentKey(Provisioning.kind, REGISTRATION))
        document = found[1].document if found else None
        assert document is None or isinstance(document, Provisioning)
        return document

    def said(self, kind: type[E]) -> list[E]:
        """What was published in this topic, each id once."""
        return [event for event in self._said.values() if isinstance(event, kind)]

    def _listen(self) -> None:
        for event in flow.PROVISIONING.emits:
            records = self.broker.records(event.name)
            for record in records[self._heard.get(event.name, 0) :]:
                decoded = codec.decode(record.topic, record.headers, record.value)
                self._said[decoded.envelope.id] = decoded.event
            self._heard[event.name] = len(records)

    @property
    def tries_again(self) -> bool:
        """Whether a record that came too early will be taken up by itself."""
        rows = self.database.tables.rows.values()
        return any(queued.due_at is not None for queued in rows if not queued.handled)

    def given_up(self) -> list[str]:
        """Why records are parked for a human."""
        rows = self.database.tables.rows.values()
        return [queued.reason for queued in rows if not queued.handled and queued.due_at is None]
