"""One seed's world: the servers, the people, the companies, and two processes of each service."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any
from uuid import UUID

from faults.simulation.broker import LANES, SimulatedBroker
from faults.simulation.chaos import Chaos
from faults.simulation.clock import START, ProcessClock
from faults.simulation.customers import Customers
from faults.simulation.failover import Failover
from faults.simulation.keylane import SimulatedKeylane
from faults.simulation.ledger import MailBook
from faults.simulation.line import Killed, Line
from faults.simulation.loads import Loads
from faults.simulation.loop import PROCESS, VirtualLoop
from faults.simulation.operator import Operator
from faults.simulation.process import Parts, Process
from faults.simulation.publishers import Publishers
from faults.simulation.release import HELD, HELD_FOR_LONG, Release
from faults.simulation.scenario import Told
from faults.simulation.smtp_server import SmtpServer
from faults.simulation.tally import Tally
from faults.simulation.waking import Waking
from faults.simulation.weather import CALM, Weather, weather
from faults.simulation.writer import Writer
from schemas import flow
from services.enrichment.policies_memory import PolicyTables
from services.notifier.settings import SenderSettings
from stream import crash
from stream.errors import StateWentBack
from stream.memory.store import MemoryDatabase
from stream.record import TopicLane
from stream.service import Service
from stream.store import Held

WORKERS = 2
HORIZON_S = 210.0
START_AGAIN_S = 2.0
LOOK_EVERY_S = 5.0
QUIET_BY_S = 1800.0
STOPS_S = (1.0, 4.0, 8.0, 20.0, 90.0)
RESTARTS_S = (0.1, 1.0, 8.0)

WITH_TIMELINE = 1 / 4
"""Nobody waits for the timeline, yet it reads nearly as much as all others together."""

_READ = {
    party.name: [TopicLane(event.name, lane) for event in party.consumes for lane in range(LANES)]
    for party in flow.SERVICES
}


@cache
def _sender_settings() -> SenderSettings:
    return SenderSettings.model_validate(
        {
            "smtp_host": "simulated",
            "smtp_port": 25,
            "smtp_connections": 2,
            "mail_poll_s": 10,
            "smtp_timeout_s": 20,
            "claim_s": 10,
        }
    )


class NotQuietError(AssertionError):
    """The world did not come to rest by itself."""


class World:
    """Everything, and whatever happens to it, decided by `random` alone."""

    def __init__(self, random: Random, parts: Parts, only: str | None) -> None:
        self.random = random
        self.parts = parts
        self.weather: Weather = weather(random, only)
        self.tally = Tally()
        self.loop = VirtualLoop(random)
        self.batch = random.choice((1, 2, 8, 500))
        self.poll_s = random.choice((1.0, 3.0))
        self.commit_s = random.choice((0.0, 2.0))
        has_timeline = random.random() < WITH_TIMELINE or only is not None
        services = [party.name for party in (flow.SERVICES if has_timeline else flow.MONEY_PATH)]
        self.broker = SimulatedBroker(self.loop, random, services)
        self.databases = {name: MemoryDatabase() for name in services}
        self.database_down_until_s: dict[str, float] = dict.fromkeys(self.databases, 0.0)
        self.clock = ProcessClock(self.loop)
        self.book = MailBook(self.databases["notifier"], self.clock)
        self.policies = PolicyTables(self.databases["enrichment"])
        self.sender_settings = _sender_settings()
        duplicates = self.weather.has("duplicates")
        publishers = Publishers(random, LANES, duplicates=duplicates)
        self.scenario = Writer(random, publishers, self.weather).write()
        self.customers = Customers(self.scenario.replies, publishers, self._soon)
        self.smtp = SmtpServer(
            self.loop, random, self.tally, self.sender_settings, self.weather.smtp, self.customers.mailed
        )
        self.keylane = SimulatedKeylane(self.loop, self.broker, random, self.scenario.script, duplicates=duplicates)
        self.operator = Operator(self)
        self.loads = Loads(self)
        self.waking = Waking(self)
        self.failover = Failover(self)
        self._clocks_jump = self.weather.has("clock jump")
        self.release = Release(self.scenario.flawed, HELD_FOR_LONG if self._clocks_jump else HELD)
        self.processes: list[Process] = []
        self.unexpected: list[tuple[str, BaseException]] = []
        self.uncertain_seen: set[UUID] = set()
        self.kept_stopped = False
        self._untold = 0
        self._born = 0

    def run(self, look: Callable[[], None] | None = None) -> None:
        """From the first form until nobody has anything left to do.

        With `look`, that is called then, and all topics are read once more from their beginning.

        Raises:
            NotQuietError: that never came.
        """
        with ExitStack() as stack:
            crash.tell(self._at_step)
            stack.callback(crash.tell, crash.off)
            self.loop.run(self._main(look))

    def now(self) -> datetime:
        """What a right clock shows."""
        return self.clock.now()

    def is_down(self, server: str, service: str) -> bool:
        """Whether this server answers this service's processes."""
        until_s = self.broker.down_until_s if server == "kafka" else self.database_down_until_s[service]
        return self.loop.time() < until_s

    def stop_s(self) -> float:
        """How long somebody is stopped."""
        return self.random.choice(STOPS_S)

    def ended(self, process: Process, error: BaseException | None) -> None:
        """A process is gone: what it raised is kept, and another one is started, as a supervisor would."""
        self.processes.remove(process)
        if isinstance(error, StateWentBack) and self.failover.may_be_noticed:
            self.operator.older_database.tell()
        elif error is not None:
            self.unexpected.append((process.name, error))
            return
        self.loop.outside(self.random.choice(RESTARTS_S), lambda: self._start(process.service))

    async def _main(self, look: Callable[[], None] | None) -> None:
        for told in self.scenario.told:
            self._soon(told)
        for arrival in self.scenario.policies:
            self._later(arrival.at_s, partial(self.loads.arrive, arrival))
        for client in self.scenario.clients:
            self._later(client.at_s, partial(self.loads.let_in, client))
        self.keylane.begin()
        self.operator.begin()
        Chaos(self).begin()
        self.loop.outside(self.weather.ends_at_s, self._clear_up)
        if self.weather.mended_at_s is not None:
            self._later(self.weather.mended_at_s, self.release.mend)
        for service in self.databases:
            for _ in range(WORKERS):
                self._start(service)
        await self._until_quiet()
        self.failover.never_noticed()
        if look is not None and not self.unexpected:
            look()
            self._prune()
            self._read_again()
            await self._until_quiet()

    def _prune(self) -> None:
        """Half of the time: forget what was handled before some moment, where clocks agree on what that is."""
        if self.random.random() < 1 / 2 and not self._clocks_jump:
            line = START + timedelta(seconds=self.random.random() * self.loop.time())
            for database in self.databases.values():
                database.tables.prune(line)

    def _read_again(self) -> None:
        """Forget every position, in Kafka and in Postgres, and start anew: everything comes once more."""
        for process in tuple(self.processes):
            process.kill()
        for service, database in self.databases.items():
            self.broker.group(service).committed.clear()
            lanes = database.tables.lanes
            database.tables.lanes = {lane: Held(held.epoch, {}) for lane, held in lanes.items()}

    def _soon(self, told: Told) -> None:
        for after_s in told.at_s:
            self._later(after_s, partial(self._tell, told))

    def _later(self, at_s: float, act: Callable[[], None]) -> None:
        self._untold += 1
        self.loop.outside(at_s, partial(self._do, act))

    def _do(self, act: Callable[[], None]) -> None:
        self._untold -= 1
        act()

    def _tell(self, told: Told) -> None:
        if self.loop.time() < self.broker.down_until_s:
            self._later(self.broker.down_until_s - self.loop.time() + 0.01, partial(self._tell, told))
            return
        self.broker.write(TopicLane(told.topic, told.lane), told.key, told.value, tuple(told.headers))

    def _start(self, service: str) -> None:
        if self.kept_stopped:
            self.loop.outside(START_AGAIN_S, lambda: self._start(service))
            return
        self._born += 1
        process = Process(self, service, f"{service} {self._born}")
        self.processes.append(process)
        process.begin()

    def service(self, name: str, line: Line) -> Service[Any]:
        """The product's own service, with what one process reads by this line."""
        return self.release.service(name, self.policies.facts(line.to_database()))

    def _at_step(self, name: str) -> None:
        self.tally.steps[name] += 1
        if self.weather.kill_step and self.random.random() < self.weather.kill_step:
            process = next((one for one in self.processes if one.is_running(PROCESS.get())), None)
            if process is not None:
                self.tally.killed_at[name] += 1
                self.tally.faults["killed at a step"] += 1
                process.kill()
                raise Killed

    def _clear_up(self) -> None:
        self.weather = CALM
        self.smtp.trouble = 0
        for process in self.processes:
            process.set_clock(timedelta())

    async def _until_quiet(self) -> None:
        while self.loop.time() < QUIET_BY_S:
            await self.clock.sleep(LOOK_EVERY_S)
            if self.unexpected or self._is_quiet():
                return
        raise NotQuietError

    def _is_quiet(self) -> bool:
        calm = self.weather is CALM and not self._untold and not self.keylane.unsaid and not self.failover.pending
        return calm and self.all_up() and self._all_read() and self._all_mailed() and not self.operator.has_work()

    def all_up(self) -> bool:
        """Whether every process runs."""
        return len(self.processes) == WORKERS * len(self.databases) and all(one.is_up for one in self.processes)

    def no_lag(self) -> bool:
        """Whether every group has committed all that there is."""
        committed = {service: self.broker.group(service).committed for service in self.databases}
        return all(committed[service].get(place) == self.broker.logs[place].end for place, service in self.reads())

    def reads(self) -> Iterator[tuple[TopicLane, str]]:
        """Every partition that a service reads, and the service."""
        return ((place, service) for service in self.databases for place in _READ[service])

    def _all_read(self) -> bool:
        later = self.now() + timedelta(seconds=HORIZON_S)
        lanes = range(self.broker.lanes)
        for tables in (database.tables for database in self.databases.values()):
            if any(tables.wake_ups(lanes, later)) or tables.due(lanes, later, 1):
                return False
            if any(row.answered_by for row in tables.rows.values()):
                return False
        return self.no_lag()

    def _all_mailed(self) -> bool:
        return not any(entry.status in ("PLANNED", "CLAIMED", "BODY_STARTED") for entry in self.book.entries().values())
