"""A toy service's whole world in memory: its Kafka, its database, its workers, and what goes wrong between them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from toy import ALL_TOPICS, LANES, NOW, TOPICS, event_of, service

from schemas.envelope import from_headers
from schemas.events import DeadLettered, PolicyAwaited
from stream.answer import Answer
from stream.document import DocumentKey
from stream.health import Pulse
from stream.keeper import Keeper
from stream.limits import Limits
from stream.memory.broker import MemoryBroker
from stream.memory.disturbance import Moment
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.memory.transport import MemoryTransport
from stream.record import Message, Record, TopicLane
from stream.service import Service
from stream.transport import Membership
from stream.worker import Worker

GROUP = "toy"
MEMBERSHIP = Membership(GROUP, TOPICS, ALL_TOPICS)
CALLS_MAX = 20_000

Action = Callable[[], Awaitable[None] | None]


class Killed(BaseException):
    """The process is gone: nothing catches this, and what was not committed is not there."""


class At(NamedTuple):
    """The `nth` time that this moment of this call of the transport or the store is reached."""

    of: str
    call: str
    moment: Moment
    nth: int = 1


@dataclass
class Trouble:
    """What goes wrong at one worker, and where; `always` happens everywhere. It ends when all is done."""

    is_done: Callable[[], bool]
    planned: dict[At, Action] = field(default_factory=dict)
    always: Action | None = None
    end: Callable[[], None] = lambda: None
    passed: Counter[tuple[str, str, Moment]] = field(default_factory=Counter)

    async def _meet(self, of: str, call: str, moment: Moment) -> None:
        self.passed[of, call, moment] += 1
        at = At(of, call, moment, self.passed[of, call, moment])
        if self.passed.total() > CALLS_MAX:
            raise AssertionError("the worker does not come to an end")
        if call == "receive" and self.is_done():
            self.end()
        for action in (self.always, self.planned.get(at)):
            waiting = action() if action is not None else None
            if waiting is not None:
                await waiting

    async def of_transport(self, call: str, moment: Moment) -> None:
        await self._meet("transport", call, moment)

    async def of_store(self, call: str, moment: Moment) -> None:
        await self._meet("store", call, moment)


def raising(error: BaseException) -> Action:
    def act() -> None:
        raise error

    return act


@dataclass
class Running:
    """One worker with its keeper."""

    world: "World"
    worker: Worker
    transport: MemoryTransport
    keeper: Keeper
    trouble: Trouble

    async def run(self) -> None:
        """Run until there is nothing left to do for anybody, or until what is raised."""
        await self.keeper.run()

    async def run_to_death(self) -> bool:
        """Run; whether it was killed. Dead or stopped, it is no member of the group any more."""
        killed = False
        try:
            await self.keeper.run()
        except Killed:
            killed = True
        self.world.broker.drop(GROUP, self.transport)
        return killed


class World:
    """Everything outside of the workers."""

    def __init__(self, toy: Service[Any] | None = None, *, commit_s: float = 0.0) -> None:
        self.commit_s = commit_s
        self.toy = toy or service()
        self.clock = ManualClock(NOW)
        self.broker = MemoryBroker(ALL_TOPICS, LANES)
        self.database = MemoryDatabase()
        self.answers: list[Answer] = []

    @classmethod
    def told(cls, records: Iterable[Record], toy: Service[Any] | None = None, *, commit_s: float = 0.0) -> Self:
        """One in which others have published these."""
        world = cls(toy, commit_s=commit_s)
        world.say(records)
        return world

    def say(self, records: Iterable[Record]) -> None:
        """Let others publish; the broker gives the offsets."""
        for record in records:
            self.broker.write(TopicLane(record.topic, record.partition), record.key, record.value, record.headers)

    async def worker(
        self,
        planned: dict[At, Action] | None = None,
        *,
        toy: Service[Any] | None = None,
        release: str = "1",
        batch: int = 500,
        always: Action | None = None,
    ) -> Running:
        """A worker that has joined the group."""
        trouble = Trouble(self.is_done, planned or {}, always)
        transport = MemoryTransport(self.broker, MEMBERSHIP, self.clock, trouble.of_transport)
        store = MemoryStore(self.database, trouble.of_store)
        limits = Limits(batch_records_max=batch, commit_s=self.commit_s)
        worker = Worker(toy or self.toy, transport, store, self.clock, release, LANES, self.answers.extend, limits)
        keeper = Keeper(worker, Pulse(), watchdog_s=60)
        trouble.end = keeper.stop
        running = Running(self, worker, transport, keeper, trouble)
        await transport.start()
        return running

    def is_done(self) -> bool:
        """Whether every record is behind the committed position and no row can be taken now."""
        committed = self.broker.group(GROUP).committed
        ends = {place: log for place, log in self.broker.logs.items() if place.topic in TOPICS}
        tables = self.database.tables
        return (
            all(committed.get(place, log.begin) == log.end for place, log in ends.items())
            and not any(row.answered_by for row in tables.rows.values())
            and not tables.due(range(LANES), self.clock.now(), 1)
        )

    def published(self, topic: str = PolicyAwaited.name) -> list[Message]:
        """What was published, repeats included, in order per lane."""
        return [
            Message(r.topic, r.partition, (r.key or b"").decode(), 0, r.headers, r.value or b"")  # type: ignore[arg-type]
            for r in self.broker.records(topic)
        ]

    def ids(self, topic: str = PolicyAwaited.name) -> list[str]:
        """The ids of what was published, repeats included."""
        return [from_headers(record.headers).id for record in self.broker.records(topic)]

    def what_came_of_it(self) -> dict[str, object]:
        """Everything that must be the same whatever went wrong on the way."""
        tables = self.database.tables
        told = {
            topic: {self._fact(m) for m in self.published(topic)} for topic in (PolicyAwaited.name, DeadLettered.name)
        }
        return {
            "documents": {key: state.document for key, (_, state) in tables.states.items()},
            "effects": set(tables.effects),
            "told": told,
            "recorded": {id_: (entry.outcome, entry.reason) for id_, entry in tables.journal.items()},
            "parked": Counter((row.key, row.reason) for row in tables.rows.values()),
        }

    def _fact(self, message: Message) -> tuple[str, int | None, bytes]:
        envelope = event_of(message).envelope
        return envelope.id, envelope.revision, message.value

    def document(self, subject: str) -> object:
        """The toy's document of a registration."""
        return self.database.tables.states[DocumentKey("tally", subject)][1].document
