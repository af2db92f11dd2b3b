"""When a worker that has nothing to do looks again: what a real one finds by looking all the time wakes it here."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from schemas import flow
from stream.memory.tables import Tables
from stream.store import Row
from stream.transport import Assignment

if TYPE_CHECKING:
    from faults.simulation.world import World

IDLE_S_MAX = 60.0


class Waking:
    """Of the workers of all services."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._seen: dict[str, tuple[Tables, int]] = {}

    async def news(self, service: str, held: Callable[[], Assignment], seconds: float) -> None:
        """Wait for something to do there, at least so long unless there is: until a row or a document is due."""
        idle_s = min(self._idle_s(service, held().lanes), IDLE_S_MAX)
        await self._world.broker.news(service, held, max(seconds, idle_s))

    def look_for_rows(self, service: str) -> None:
        """A transaction was committed: whoever holds the lane of a row that it queued looks once that is due.

        Only intake opens gates in its transactions, and they may be waited for in any lane: all its workers look.
        """
        tables = self._world.databases[service].tables
        looked_at, seen = self._seen.get(service, (tables, 0))
        self._seen[service] = tables, tables.last_seq
        if tables is not looked_at:
            seen = 0  # the database came back older: nobody knows which of its rows are new
        if tables.last_seq == seen:
            return
        if service == flow.INTAKE.name:
            self._world.broker.wake(service)
        for row in takewhile(lambda row: row.seq > seen, reversed(tables.rows.values())):
            if (due_at := _due_at(row)) is not None:
                self._world.loop.outside(self._until_s(due_at), partial(self._world.broker.wake, service, row.lane))

    def _idle_s(self, service: str, lanes: Collection[int]) -> float:
        tables = self._world.databases[service].tables
        due = [_due_at(row) for row in tables.rows.values() if row.lane in lanes]
        documents = (state.document for lane, state in tables.states.values() if lane in lanes)
        due += [document.due_at for document in documents if document is not None]
        return min((self._until_s(at) for at in due if at is not None), default=IDLE_S_MAX)

    def _until_s(self, at: datetime) -> float:
        return max((at - self._world.now()).total_seconds(), 0)


def _due_at(row: Row) -> datetime | None:
    """When it is to be taken; what waits behind another row follows that one."""
    return row.due_at if row.reason != "BLOCKED" else None
