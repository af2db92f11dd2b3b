"""The only consume loop, through the eight steps of `stream.step`. A single record is a batch of one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from stream import crash
from stream.answer import Answer
from stream.brake import Brake
from stream.clock import Clock
from stream.commits import Commits
from stream.decode import Item, Received, decode
from stream.document import DocumentKey
from stream.errors import BrakePulled, Paused, RecordError
from stream.fold import Fold
from stream.guard import defects
from stream.known import Known, ids_of_second_bodies
from stream.lanes import Lanes, ends_of
from stream.limits import Limits
from stream.metrics import Metrics
from stream.queue_timing import QueueTiming
from stream.recall import recorded_messages
from stream.record import Message, TopicLane
from stream.service import NOTHING, Service, Touched
from stream.step import Step
from stream.store import Reading, Row, RowAnswer, Store, UnpublishedRow
from stream.touched_documents import named_documents, own_and_shared
from stream.transport import Transport

Listener = Callable[[Sequence[Answer]], None]
"""Hears what was answered, once it is committed; never raises, never blocks."""


@dataclass(frozen=True)
class Settled:
    """Outcomes that Postgres has acknowledged; made only by `settle` (and by the catch-up, for earlier ones)."""

    messages: Sequence[Message]
    offsets: Mapping[TopicLane, int]
    rows: Sequence[RowAnswer | UnpublishedRow]
    generation: int


@dataclass(frozen=True)
class Published:
    """Outcomes that the broker has acknowledged; made by `publish` only."""

    offsets: Mapping[TopicLane, int]
    rows: Sequence[RowAnswer | UnpublishedRow]
    generation: int


@dataclass
class Worker:
    """One worker of one service. `run_once` reads; `stream.keeper` keeps it going, and hears of lanes `taken_over`."""

    service: Service[Any]
    transport: Transport
    store: Store
    clock: Clock
    release: str
    lanes_total: int
    listener: Listener
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._lanes = Lanes(self.transport, self.store, self.limits.batch_records_max)
        self._brake = Brake()
        self._queue_timing = QueueTiming(self.limits.tick_s, self.limits.poll_s)
        self._commits = Commits(self.transport, self.clock, self.limits.commit_s)
        self.metrics = Metrics()
        self.taken_over: Callable[[], None] = lambda: None
        self.records_taken = 0
        self.in_hand_since_s: float | None = None

    async def check_brake(self) -> None:
        """Raise BrakePulled if this release has stopped itself and its brake was not released."""
        if (reason := await self.store.brake(self.release)) is not None:
            raise BrakePulled(reason)

    async def _check_pause(self) -> None:
        if await self.store.paused():
            raise Paused

    def lose_lanes(self) -> None:
        """After an error: forget everything in memory, and take the lanes over again before anything else."""
        self._lanes.forget()
        self._commits.forget()
        self._queue_timing = QueueTiming(self.limits.tick_s, self.limits.poll_s)

    @property
    def holds_lanes(self) -> bool:
        """Whether it has lanes and took them over; their settled outcomes may not all be published yet."""
        return bool(self._lanes.held) and self._lanes.are_taken_over()

    async def run_once(self) -> int:
        """Take one batch from receive to commit. Return its number of records, 0 if there was nothing to do."""
        try:
            if self._lanes.stale():
                caught_up_with = await self._catch_up()
                if self._lanes.stale():
                    return caught_up_with
            self.metrics.begin(self.clock.monotonic())
            batch = await self.receive()
            if batch:
                self.in_hand_since_s = self.clock.monotonic()
                await self._through(batch)
                self.records_taken += sum(item.row is None for item in batch)
            else:
                await self._commits.flush()
            return len(batch)
        finally:
            self.in_hand_since_s = None
            self.transport.let_go()

    async def finish(self) -> None:
        """Before leaving: let the next holder of the lanes begin where this one ends."""
        await self._commits.flush()

    async def _through(self, batch: Sequence[Item]) -> None:
        try:
            settled = await self.settle(batch)
        except RecordError as error:
            await self._find_culprit(batch, error)
            return
        await self._say(settled)

    async def _find_culprit(self, batch: Sequence[Item], error: RecordError) -> None:
        if len(batch) == 1:
            await self._say(await self.settle(batch, blamed=error))
            return
        half = len(batch) // 2
        await self._through(batch[:half])
        await self._through(batch[half:])

    async def _say(self, settled: Settled) -> None:
        """Publish the recorded outcomes, and only then move on."""
        await self.commit(await self.publish(settled))

    async def _catch_up(self) -> int:
        """Publish a stretch of the gap that a predecessor or a lost COMMIT has left; return its number of records.

        Crash after this: the next holder goes on from there; the next journal absorbs the repeats.
        """
        await self._check_pause()
        await self.check_brake()
        gap = await self._lanes.next_gap()
        # Once more: a pause that came meanwhile has fenced the lanes' former holder, but not us.
        await self._check_pause()
        self.taken_over()
        recorded = await recorded_messages(gap.records, self.store, self.lanes_total)
        messages = sorted([*recorded, *(m for row in gap.rows for m in row.messages)], key=attrgetter("revision"))
        self.in_hand_since_s = self.clock.monotonic()
        self.metrics.begin(self.in_hand_since_s)
        await self._say(Settled(messages, gap.offsets, gap.rows, gap.generation))
        # Committed before anything of a new topic is settled: from then on a missing position counts as lost.
        await self._commits.flush()
        self._lanes.note_caught_up(gap)
        self.records_taken += len(gap.records)
        return len(gap.records)

    async def receive(self) -> Sequence[Item]:
        """The next records: due rows first, at most half of the batch, then Kafka's.

        Crash after this: nothing was changed.
        """
        rows = await self._due_rows()
        room = max(self.limits.batch_records_max - len(rows), 1)
        records = await self.transport.receive(room, 0.0 if rows else self.limits.poll_s)
        if self._lanes.stale() or not (rows or records):
            return ()
        self._passed(Step.RECEIVE)
        items = [decode(row.record, row) for row in rows] + [decode(record) for record in records]
        self._passed(Step.DECODE)
        return items

    async def _due_rows(self) -> Sequence[Row]:
        if not self._lanes.held:
            return ()
        now = self.clock.monotonic()
        if self._queue_timing.take_pause_turn(now):
            await self._check_pause()
        if self._queue_timing.is_time_for_tick(now):
            queued = await self.store.tick(self._lanes.held, self.clock.now())
            self._queue_timing.ticked(now, self.clock.monotonic(), queued)
        if not self._queue_timing.is_time_for_rows(now):
            return ()
        rows = await self.store.due(self._lanes.held, self.clock.now(), max(self.limits.batch_records_max // 2, 1))
        self._queue_timing.found(now, len(rows))
        return rows

    async def settle(self, batch: Sequence[Item], *, blamed: RecordError | None = None) -> Settled:
        """From the look-up to the recorded outcomes; `blamed` is why its one record is parked without a decision."""
        return await self._record(batch, await self._decided(batch, blamed))

    async def _decided(self, batch: Sequence[Item], blamed: RecordError | None) -> Fold:
        """Look up, load, decide. A function of its own, so that `named` is freed before anything is written."""
        named = [NOTHING] * len(batch) if blamed else await named_documents(self.service, self.store, batch)
        reading, shared = await self._look_up(batch, named)
        facts = None if blamed else await self._load(batch)
        now, horizon = self.clock.now(), self.limits.horizon
        known = Known(
            reading=reading, facts=facts, now=now, lanes=self.lanes_total, horizon=horizon, blamed=blamed, shared=shared
        )
        return await self._decide(batch, named, known)

    async def _look_up(
        self, batch: Sequence[Item], named: Sequence[Touched]
    ) -> tuple[Reading, Collection[DocumentKey]]:
        """What the journal holds, which keys are blocked, the documents, and which of these other lanes write too.

        Crash after this: nothing was changed.
        """
        keys = {item.subject for item in _received(batch)}
        taken = [item.row.id for item in batch if item.row is not None]
        own, shared = own_and_shared(self.service, keys, named)
        reading = await self.store.read({item.id for item in batch}, keys, taken, own | shared)
        if reused := ids_of_second_bodies(batch, reading.recorded):
            again = await self.store.read(ids=reused)
            reading = reading._replace(recorded={**reading.recorded, **again.recorded})
        self._passed(Step.LOOK_UP)
        return reading, shared

    async def _load(self, batch: Sequence[Item]) -> Any:
        """The facts that the decisions need.

        Crash after this: nothing was changed.
        """
        with defects():
            facts = await self.service.facts([item.concern for item in _received(batch)])
        self._passed(Step.LOAD)
        return facts

    async def _decide(self, batch: Sequence[Item], named: Sequence[Touched], known: Known) -> Fold:
        """The outcome of each record, one after the other; unless the release parks too much.

        Crash after this: nothing was changed.
        """
        fold = Fold(self.service, known)
        for item, touched in zip(batch, named, strict=True):
            fold.take(item, touched)
        verdict = self._brake.after(fold.answers).verdict()
        if verdict is not None:
            await self.store.pull_brake(self.release, verdict, self.clock.now())
            await self.check_brake()
        self._passed(Step.DECIDE)
        return fold

    async def _record(self, batch: Sequence[Item], fold: Fold) -> Settled:
        """Write everything that the batch changes, in its only transaction.

        Crash after this: the outcomes are recorded; the next holder of the lanes publishes them (`_catch_up`).
        """
        offsets = ends_of(batch)
        await self.store.settle(fold.settlement(self._lanes.moves(batch, offsets)))
        self._passed(Step.RECORD)
        self._lanes.note_settled(offsets)
        self._brake = self._brake.after(fold.answers)
        self.listener(fold.answers)
        self.metrics.settled(fold.answers, self.clock.now())
        messages = sorted(fold.messages, key=attrgetter("revision"))
        return Settled(messages, offsets, fold.row_answers, self._lanes.generation)

    async def publish(self, settled: Settled) -> Published:
        """Return when the broker has acknowledged every message.

        Crash after this: the next holder publishes the same messages again.
        """
        if settled.messages:
            await self.transport.publish(settled.messages)
            self.metrics.published += len(settled.messages)
            self._passed(Step.PUBLISH)
        return Published(settled.offsets, settled.rows, settled.generation)

    async def commit(self, published: Published) -> None:
        """Remove handled rows and move the committed offsets, at once or together with those of the next batches.

        Crash after this: nothing is left to do for these records, except perhaps to publish them once more.
        """
        if published.rows:
            await self.store.forget(published.rows)
        if published.offsets:
            await self._commits.add(published.offsets, published.generation)
        if published.rows or published.offsets:
            self._passed(Step.COMMIT)

    def _passed(self, step: Step) -> None:
        """The end of every step, where a fault test may kill the process."""
        self.metrics.passed(step, self.clock.monotonic())
        crash.point(step)


def _received(batch: Sequence[Item]) -> list[Received]:
    return [item for item in batch if isinstance(item, Received)]
