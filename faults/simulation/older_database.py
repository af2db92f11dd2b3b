"""What the runbook has a human do when Postgres is older (docs/runbook.md), one step after the other."""

from typing import TYPE_CHECKING

from stream.record import TopicLane

if TYPE_CHECKING:
    from faults.simulation.world import World

_FINDS_OUT_S_MAX = 10.0
_STOPPING_S = 8.0
_LOOK_EVERY_S = 1.0


class OlderDatabase:
    """`under_way` from the moment that a human knows until mails may leave again."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._times = 0
        self._told = False
        self.under_way = False

    @property
    def has_work(self) -> bool:
        """Whether a human is at it, or soon will be."""
        return self._told or self.under_way

    def tell(self) -> None:
        """A service has stopped with StateWentBack; a human sees it in a while."""
        if not self._told:
            self._told = True
            self._world.loop.outside(self._world.random.random() * _FINDS_OUT_S_MAX, self.begin)

    def begin(self) -> None:
        """Stop all services."""
        world = self._world
        self._told, self.under_way = False, True
        self._times += 1
        world.failover.noticed()
        world.kept_stopped = True
        for process in tuple(world.processes):
            process.kill()
        times = self._times
        world.loop.outside(_STOPPING_S, lambda: self._put_back(times))

    def _put_back(self, times: int) -> None:
        """Steps 1 to 3."""
        world = self._world
        if times != self._times:
            return
        if any(world.is_down(server, service) for service in world.databases for server in ("kafka", "database")):
            world.loop.outside(_LOOK_EVERY_S, lambda: self._put_back(times))
            return
        self._hold_mails_back()
        for place, service in world.reads():
            self._put_position_back(service, place)
        world.smtp.is_hidden = True
        world.kept_stopped = False
        self._watch(times)

    def _hold_mails_back(self) -> None:
        self._world.book.hold_back(self._world.sender_settings.verdict_s)

    def _put_position_back(self, service: str, place: TopicLane) -> None:
        committed = self._world.broker.group(service).committed
        held = self._world.databases[service].tables.lanes.get(place.lane)
        settled = held.settled.get(place.topic) if held else None
        target = self._world.broker.logs[place].begin if settled is None else settled
        if committed.get(place, target) > target:
            committed[place] = target

    def _watch(self, times: int) -> None:
        """Step 4, once everything is read again; step 5 is what becomes of every uncertain mail."""
        world = self._world
        if times != self._times:
            return
        world.operator.repeat()
        if not self._is_handled():
            world.loop.outside(_LOOK_EVERY_S, lambda: self._watch(times))
            return
        for process in tuple(world.processes):
            if process.service == "notifier":
                process.kill()
        self._hold_mails_back()
        world.smtp.is_hidden = self.under_way = False

    def _is_handled(self) -> bool:
        """Whether every service is ready, its group has no lag, and no row of its queue is due."""
        world = self._world
        tables = (database.tables for database in world.databases.values())
        due = any(one.due(range(world.broker.lanes), world.now(), 1) for one in tables)
        return world.all_up() and world.no_lag() and not due
