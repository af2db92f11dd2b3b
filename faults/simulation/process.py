"""One service's process: composed as the real one is, over what is simulated."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from faults.simulation.clock import FetchClock, ProcessClock
from faults.simulation.ledger import SimulatedLedger
from faults.simulation.line import Line
from faults.simulation.loop import Scheduled
from faults.simulation.older_database import OlderDatabase
from faults.simulation.transport import SimulatedTransport
from payroll.correction_code import CorrectionCodes
from services.notifier.sender import Sender
from stream import run
from stream.answer import Answer
from stream.beside import Beside
from stream.health import Pulse
from stream.keeper import Keeper
from stream.limits import Limits
from stream.memory.store import MemoryStore
from stream.transport import Membership
from stream.worker import Worker

if TYPE_CHECKING:
    from faults.simulation.world import World

SESSION_S = 6.0
WATCHDOG_S = 480.0
CLOCK_RIGHT_AFTER_S = 10.0
STOP_S = 4.0
RELEASE = "1"
CODES = CorrectionCodes(bytes(32))


@dataclass(frozen=True)
class Parts:
    """Of what a process is made, and what a human does; a control puts a defective one in its place."""

    worker: type[Worker] = Worker
    store: type[MemoryStore] = MemoryStore
    transport: type[SimulatedTransport] = SimulatedTransport
    ledger: type[SimulatedLedger] = SimulatedLedger
    sender_clock: type[ProcessClock] = ProcessClock
    older_database: type[OlderDatabase] = OlderDatabase


class Process:
    """A worker with its keeper, its sender beside it where the service has one. It lives once."""

    def __init__(self, world: "World", service_name: str, name: str) -> None:
        self._world = world
        self._scheduled = world.loop.process(name)
        self.name = name
        self.service = service_name
        self.line = Line(world, self)
        service = world.service(service_name, self.line)
        self.clock = ProcessClock(world.loop)
        parts = world.parts
        self.sender_clock = parts.sender_clock(world.loop)
        fetch_clock = FetchClock(
            world.loop, lambda seconds: world.waking.news(service_name, self.transport.assignment, seconds)
        )
        self.transport = parts.transport(world.broker, Membership.of(service.party), fetch_clock, self.line.to_kafka)
        self.transport.world = world
        store = parts.store(world.databases[service.name], self.line.to_database())
        limits = Limits(
            batch_records_max=world.batch, poll_s=world.poll_s, tick_s=world.poll_s, commit_s=world.commit_s
        )
        worker = parts.worker(
            service, self.transport, store, self.clock, RELEASE, world.broker.lanes, self._count, limits
        )
        beside = self._sender() if service.name == "notifier" else Beside()
        self._keeper = Keeper(worker, Pulse(), WATCHDOG_S, beside, world.random)
        self._task: asyncio.Task[None] | None = None

    def _sender(self) -> Sender:
        world = self._world
        ledger = world.parts.ledger(world.book, self.line.to_database())
        return Sender(ledger, world.sender_settings, codes=CODES, clock=self.sender_clock, connect=world.smtp.connect)

    def _count(self, answers: Sequence[Answer]) -> None:
        """Count how records ended, for the campaign's table."""
        self._world.tally.answers.update(answer.result for answer in answers)

    @property
    def is_dead(self) -> bool:
        """Whether it was killed."""
        return self._scheduled.dead

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return not (self._scheduled.dead or self._scheduled.stopped)

    def is_running(self, scheduled: Scheduled) -> bool:
        """Whether this is it."""
        return scheduled is self._scheduled

    def set_clock(self, wrong_by: timedelta) -> None:
        """Somebody sets its wall clock."""
        self.clock.wrong_by = self.sender_clock.wrong_by = wrong_by

    def begin(self) -> None:
        """Start it."""
        self._task = self._world.loop.spawn(self._scheduled, self._live())
        self._task.add_done_callback(self._ended, context=self._world.loop.outside_context)

    async def _live(self) -> None:
        try:
            await run.start(self._keeper)
            await run.run_to_end(self._keeper, STOP_S)
        finally:
            await self.transport.close()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not (self.is_dead or task.cancelled()):
            self._world.ended(self, task.exception())

    def terminate(self) -> None:
        """SIGTERM."""
        self._world.loop.for_process(self._scheduled, 0, self._keeper.stop)

    def kill(self) -> None:
        """SIGKILL: its connections are closed by its host, its place in the group is free once its session is over."""
        self._world.loop.kill(self._scheduled)
        self._world.smtp.died(self._scheduled)
        self._world.loop.outside(SESSION_S, self._session_over)
        self._world.ended(self, None)

    def stop(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after so long; a machine that slept wakes with a wrong clock for a while."""
        loop = self._world.loop
        loop.stop_process(self._scheduled)
        if seconds > SESSION_S:
            loop.outside(SESSION_S, self._session_over)
        if self._world.weather.has("clock jump") and seconds > SESSION_S:
            loop.outside(seconds, lambda: self.set_clock(timedelta(days=-1)))
            loop.outside(seconds + CLOCK_RIGHT_AFTER_S, lambda: self.set_clock(timedelta()))
        loop.outside(seconds, self._go_on)

    def _go_on(self) -> None:
        if not self.is_dead:
            self._world.loop.continue_process(self._scheduled)

    def _session_over(self) -> None:
        if not self.is_up:
            self._world.broker.drop(self.service, self.transport)
