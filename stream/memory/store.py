"""The store in memory: the same guards and fences as on Postgres, without Postgres."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pydantic_core import PydanticSerializationError

from stream.document import DocumentKey
from stream.errors import Defective, Fenced
from stream.memory.disturbance import Disturbance, Moment, undisturbed
from stream.memory.record import change_of
from stream.memory.tables import Tables
from stream.record import TopicLane
from stream.store import (
    Held,
    Reading,
    Recorded,
    Row,
    RowAnswer,
    Settlement,
    UnpublishedRow,
)

T = TypeVar("T")


class MemoryDatabase:
    """One service's database, shared by its workers' stores. Of one event loop; no threads, no real time."""

    def __init__(self) -> None:
        self.tables = Tables()

    def snapshot(self) -> Tables:
        """What is committed now."""
        return self.tables.copy()

    def restore(self, tables: Tables) -> None:
        """Come back as it was at a snapshot."""
        self.tables = tables.copy()


class MemoryStore:
    """One worker's connection: a `Store`."""

    def __init__(self, database: MemoryDatabase, disturb: Disturbance = undisturbed) -> None:
        self._database = database
        self._disturb = disturb

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        return await self._write("take_over", lambda tables: _taken_over(tables, lanes))

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        await self._write("begin_at", lambda tables: _begin_at(tables, positions, epochs))

    async def unpublished(self, lanes: Collection[int]) -> Sequence[UnpublishedRow]:
        tables = await self._read("unpublished")
        return [
            UnpublishedRow(row.id, row.attempt, row.handled, tables.messages_of(row.answered_by))
            for row in tables.rows.values()
            if row.answered_by is not None and row.lane in lanes
        ]

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        return (await self._read("due")).due(lanes, now, limit)

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        return await self._write("tick", lambda tables: tables.tick(lanes, now))

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        tables = await self._read("read")
        states = {key: tables.states[key][1] for key in documents if key in tables.states}
        reading = Reading(_recorded(tables, ids), tables.blocked(keys, taken), states, tables.pruned_up_to)
        await self._disturb("read", Moment.AFTER)
        return reading

    async def settle(self, settlement: Settlement) -> None:
        await self._write("settle", lambda tables: _settled(tables, settlement))

    async def forget(self, rows: Sequence[RowAnswer | UnpublishedRow]) -> None:
        await self._write("forget", lambda tables: _forget(tables, rows))

    async def brake(self, release: str) -> str | None:
        return (await self._read("brake")).brakes.get(release)

    async def paused(self) -> bool:
        return (await self._read("paused")).paused

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        del now
        await self._disturb("pull_brake", Moment.BEFORE)
        if self._database.tables.brakes.get(release, reason) is not None:
            self._database.tables.brakes[release] = reason
        await self._disturb("pull_brake", Moment.AFTER)

    async def close(self) -> None:
        """Nothing is held open."""

    async def _read(self, call: str) -> Tables:
        await self._disturb(call, Moment.BEFORE)
        return self._database.tables

    async def _write(self, call: str, change: Callable[[Tables], T]) -> T:
        await self._disturb(call, Moment.BEFORE)
        result = change(self._database.tables)
        await self._disturb(call, Moment.AFTER)
        return result


def _settled(tables: Tables, settlement: Settlement) -> None:
    try:
        change_of(tables, settlement).apply(tables)
    except PydanticSerializationError as error:
        raise Defective(error) from None


def _recorded(tables: Tables, ids: Collection[UUID]) -> dict[UUID, Recorded]:
    found = (tables.journal[id_] for id_ in ids if id_ in tables.journal)
    return {
        entry.id: Recorded(entry.hash, entry.attempt, entry.outcome, entry.messages, entry.reason) for entry in found
    }


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


def _forget(tables: Tables, rows: Sequence[RowAnswer | UnpublishedRow]) -> None:
    for answer in rows:
        row = tables.rows.get(answer.row_id)
        if row is None or (row.attempt, row.handled) != (answer.next_attempt, answer.handled):
            continue
        if row.handled:
            del tables.rows[answer.row_id]
        else:
            tables.rows[answer.row_id] = replace(row, answered_by=None)
