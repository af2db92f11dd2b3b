"""A database that fails over to a copy that is behind: what was committed since is forgotten, and connections end."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from faults.simulation.broker import FETCH_S_MAX
from faults.simulation.forgotten import Forgotten
from faults.simulation.ledger import BookCopy
from services.enrichment.policies_memory import PolicyCopy
from stream.memory.tables import Tables

if TYPE_CHECKING:
    from faults.simulation.world import World

_BEHIND_S = (0.05, 0.3, 1.0, 3.0)
_AWAY_S = (0.2, 2.0)
_KEPT_STOPPED = 0.5
_LOOKS_WITHIN_S = 12.0


class _Copies(NamedTuple):
    """What some services' databases held at a moment."""

    at_s: float
    tables: Mapping[str, Tables]
    book: BookCopy
    policies: PolicyCopy


class Failover:
    """`counts` the failovers of each service's database; `pending` are those that workers may not have met yet."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.counts = dict.fromkeys(world.databases, 0)
        self.forgotten = Forgotten()
        self._unnoticed = 0
        self.pending = 0

    def begin(self, services: Collection[str]) -> None:
        """A copy of these falls behind from now on, and stands in for them in a while."""
        self.pending += 1
        world = self._world
        tables = {service: world.databases[service].snapshot() for service in services}
        copies = _Copies(world.loop.time(), tables, world.book.copy(), world.policies.copy())
        world.loop.outside(world.random.choice(_BEHIND_S), lambda: self._happen(copies))

    @property
    def may_be_noticed(self) -> bool:
        """Whether there was one of which no human knows."""
        return self._unnoticed > 0

    def noticed(self) -> None:
        """A human knows of all that there were."""
        self._count("older database noticed later", self._unnoticed)
        self._unnoticed = 0

    def never_noticed(self) -> None:
        """Everything is at rest, and nobody has found out."""
        self._count("older database never noticed", self._unnoticed)
        self._unnoticed = 0

    def _happen(self, copies: _Copies) -> None:
        world = self._world
        forgot = any(_is_newer(world.databases[service].tables, old) for service, old in copies.tables.items())
        for service, old in copies.tables.items():
            self.forgotten.add(world.databases[service].tables, old)
        mails = self._restore(copies)
        self.forgotten.mails |= mails
        until_s = world.loop.time() + world.random.choice(_AWAY_S)
        for service in copies.tables:
            self.counts[service] += 1
            world.database_down_until_s[service] = max(until_s, world.database_down_until_s[service])
        world.loop.outside(until_s - world.loop.time(), lambda: self._back(copies))
        if not forgot and not mails:
            self._count("older database had forgotten nothing")
        elif world.random.random() < _KEPT_STOPPED:
            self._count("older database, services kept stopped")
            world.operator.older_database.begin()
        else:
            self.forgotten.may_leave_again |= mails
            self._unnoticed += 1

    def _restore(self, copies: _Copies) -> set[UUID]:
        world = self._world
        for service, tables in copies.tables.items():
            database = world.databases[service]
            paused = database.tables.paused
            database.restore(tables)
            # Whoever paused it, or let it go on, still wants that.
            database.tables.paused = paused
        if "enrichment" in copies.tables:
            world.policies.restore(copies.policies)
        return world.book.restore(copies.book) if "notifier" in copies.tables else set()

    def _back(self, copies: _Copies) -> None:
        """It answers again; who has loaded something since that moment loads it again.

        An idle worker waits for longer here than a real one: it is woken once its next look at the queue is due, too.
        """
        world = self._world
        world.loads.again(copies.at_s)
        for after_s in (0.0, _LOOKS_WITHIN_S):
            for service in copies.tables:
                world.loop.outside(after_s, partial(world.broker.wake, service))
        world.loop.outside(_LOOKS_WITHIN_S + FETCH_S_MAX, self._looked)

    def _looked(self) -> None:
        self.pending -= 1

    def _count(self, fault: str, times: int = 1) -> None:
        if times:
            self._world.tally.faults[fault] += times


def _is_newer(tables: Tables, old: Tables) -> bool:
    """Whether anything but an epoch was written since. A record that comes again moves a position and nothing else."""
    positions, old_positions = ({lane: held.settled for lane, held in one.lanes.items()} for one in (tables, old))
    written, old_written = ((one.journal, one.states, one.rows) for one in (tables, old))
    return positions != old_positions or written != old_written
