"""The store in memory: transactions, row locks and fences as Postgres has them, without Postgres."""

from asyncio import Lock
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

from pydantic_core import PydanticSerializationError

from stream.disturbance import Disturbance, Moment, undisturbed
from stream.document import DocumentKey
from stream.errors import Defective, Fenced, StoreUnavailable
from stream.memory_record import Change, change_of
from stream.memory_tables import Tables
from stream.record import TopicLane
from stream.store import (
    AnsweredRow,
    Held,
    Recorded,
    Row,
    RowAnswer,
    Settlement,
    StateRow,
    Transaction,
)

T = TypeVar("T")

_NEVER_WRITTEN = (-1, StateRow())


class MemoryDatabase:
    """One service's database, shared by its workers' stores. Of one event loop; no threads, no real time.

    One transaction at a time writes, from its `record` to its end; locks of documents are held from `load` on.
    """

    def __init__(self) -> None:
        self.tables = Tables()
        self.writing = Lock()
        self.locks: defaultdict[DocumentKey, Lock] = defaultdict(Lock)

    def snapshot(self) -> Tables:
        """What is committed now."""
        return self.tables.copy()

    def restore(self, tables: Tables) -> None:
        """Come back as it was at a snapshot; transactions under way are lost."""
        self.tables = tables.copy()


class MemoryStore:
    """One worker's connection."""

    def __init__(self, database: MemoryDatabase, disturb: Disturbance = undisturbed) -> None:
        self._database = database
        self._disturb = disturb

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        """Raise the epochs; waits for a predecessor's transaction under way."""
        return await self._write("take_over", lambda tables: _taken_over(tables, lanes))

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        """Note where topics begin that were never read."""
        await self._write("begin_at", lambda tables: _begin_at(tables, positions, epochs))

    async def answered(self, lanes: Collection[int]) -> Sequence[AnsweredRow]:
        """Rows with an outcome not known to be published."""
        tables = await self._read("answered")
        return [
            AnsweredRow(q.row.id, q.row.attempt, q.handled, tables.journal[q.answered_by].messages)
            for q in tables.rows.values()
            if q.answered_by is not None and q.answered_by in tables.journal and q.row.lane in lanes
        ]

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        """Heads of keys by due time, then what follows each head without a gap."""
        return (await self._read("due")).due(lanes, now, limit)

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        """Queue what is due and what may go on."""
        return await self._write("tick", lambda tables: tables.tick(lanes, now))

    async def look_up(self, ids: Collection[UUID]) -> Mapping[UUID, Recorded]:
        """What the journal says."""
        tables = await self._read("look_up")
        found = (tables.journal[id_] for id_ in ids if id_ in tables.journal)
        return {entry.id: Recorded(entry.hash, entry.attempt, entry.outcome, entry.messages) for entry in found}

    async def blocked(self, keys: Collection[str], taken: Collection[UUID]) -> Mapping[str, int]:
        """Keys with an unhandled row that is not taken now."""
        return (await self._read("blocked")).blocked(keys, taken)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """One settlement."""
        return _MemoryTransaction(self._database, self._disturb)

    async def forget(self, rows: Sequence[RowAnswer | AnsweredRow]) -> None:
        """Delete what is handled, free what was parked again."""
        await self._write("forget", lambda tables: _forget(tables, rows))

    async def brake(self, release: str) -> str | None:
        """Why this release is stopped, if it is."""
        return (await self._read("brake")).brakes.get(release)

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        """Stop this release; beside the transaction under way, as on a connection of its own."""
        del now
        await self._disturb("pull_brake", Moment.BEFORE)
        self._database.tables.brakes[release] = reason
        await self._disturb("pull_brake", Moment.AFTER)

    async def close(self) -> None:
        """Nothing is held open."""

    async def _read(self, call: str) -> Tables:
        await self._disturb(call, Moment.BEFORE)
        return self._database.tables

    async def _write(self, call: str, change: Callable[[Tables], T]) -> T:
        await self._disturb(call, Moment.BEFORE)
        async with self._database.writing:
            result = change(self._database.tables)
        await self._disturb(call, Moment.AFTER)
        return result


class _MemoryTransaction(AbstractAsyncContextManager[Transaction]):
    def __init__(self, database: MemoryDatabase, disturb: Disturbance) -> None:
        self._database = database
        self._disturb = disturb
        self._tables = database.tables
        self._held: list[Lock] = []
        self._change = Change()

    async def __aenter__(self) -> Self:
        await self._disturb("transaction", Moment.BEFORE)
        self._tables = self._database.tables
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._commit()
        finally:
            for lock in self._held:
                lock.release()

    async def _commit(self) -> None:
        await self._disturb("commit", Moment.BEFORE)
        self._check_connected()
        self._change.apply(self._tables)
        await self._disturb("commit", Moment.AFTER)

    async def load(
        self, own: Collection[DocumentKey], shared: Collection[DocumentKey]
    ) -> Mapping[DocumentKey, StateRow]:
        await self._disturb("load", Moment.BEFORE)
        for key in sorted(shared):
            await self._hold(self._database.locks[key])
        self._check_connected()
        states = self._tables.states
        self._change.states = {key: _NEVER_WRITTEN for key in shared if key not in states}
        found = {key: states.get(key, _NEVER_WRITTEN) for key in (*own, *shared) if key in states or key in shared}
        return {key: state for key, (_, state) in found.items()}

    async def record(self, settlement: Settlement) -> None:
        await self._disturb("record", Moment.BEFORE)
        await self._hold(self._database.writing)
        self._check_connected()
        try:
            change = change_of(self._tables, settlement)
        except PydanticSerializationError as error:
            raise Defective(error) from None
        change.states = self._change.states | change.states
        self._change = change
        await self._disturb("record", Moment.AFTER)

    async def _hold(self, lock: Lock) -> None:
        await lock.acquire()
        self._held.append(lock)

    def _check_connected(self) -> None:
        if self._tables is not self._database.tables:
            raise StoreUnavailable("the database came back as it was before")


def _taken_over(tables: Tables, lanes: Collection[int]) -> dict[int, Held]:
    taken = {lane: tables.lanes.get(lane, Held(0, {})) for lane in sorted(lanes)}
    raised = {lane: Held(held.epoch + 1, held.settled) for lane, held in taken.items()}
    tables.lanes |= raised
    return raised


def _begin_at(tables: Tables, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
    for place, offset in positions.items():
        held = tables.lanes.get(place.lane)
        if held is None or held.epoch != epochs[place.lane]:
            raise Fenced
        tables.lanes[place.lane] = Held(held.epoch, {**held.settled, place.topic: offset})


def _forget(tables: Tables, rows: Sequence[RowAnswer | AnsweredRow]) -> None:
    for answer in rows:
        queued = tables.rows.get(answer.row_id)
        if queued is None or (queued.row.attempt, queued.handled) != (answer.next_attempt, answer.handled):
            continue
        if queued.handled:
            del tables.rows[answer.row_id]
        else:
            tables.rows[answer.row_id] = queued.freed()
