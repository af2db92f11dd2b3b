"""One service as a process: settings in, a worker kept going, signals and health looked after."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, NoReturn, TypeVar, assert_never

from prometheus_client.registry import Collector

from schemas import flow
from stream.beside import Beside, Nobody
from stream.clock import Clock, SystemClock
from stream.collector import tame_collector
from stream.errors import (
    BackOff,
    Fenced,
    Hold,
    Retake,
    Stop,
    StoreUnavailable,
    StreamError,
    TransportUnavailable,
    disposition,
)
from stream.health import STUCK_EXIT_CODE, HealthServer, Pulse, watch_loop
from stream.kafka import KafkaTransport
from stream.kafka_settings import kafka_settings
from stream.limits import Limits
from stream.metrics_page import MetricsPage
from stream.outage import Outage
from stream.postgres import PostgresStore
from stream.service import Service
from stream.settings import Settings, read_settings
from stream.telemetry import Telemetry, configure_logging
from stream.transport import Transport
from stream.worker import Observer, Worker

STOPPED_EXIT_CODE = 1
PAUSED = "paused"
"""What readiness says of a service that an operator has paused."""

S = TypeVar("S", bound=Settings)

_log = logging.getLogger(__name__)


class StuckError(Exception):
    """The watchdog ends the process; what is beside the worker finishes what is under way."""


@dataclass(frozen=True)
class Deployment:
    """A service with what its process needs beside the worker; `counted` goes to `/metrics`, beside the worker's."""

    service: Service[Any]
    beside: Beside = field(default_factory=Nobody)
    counted: Sequence[Collector] = ()
    close: Callable[[], Awaitable[None]] | None = None
    clock: Clock = field(default_factory=SystemClock)


@dataclass
class Supervisor:
    """Keeps one worker going: the outermost frame, where an error becomes what is done about it."""

    worker: Worker
    transport: Transport
    clock: Clock
    pulse: Pulse
    watchdog_s: float
    beside: Beside = field(default_factory=Nobody)
    random: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._stopping = asyncio.Event()
        self._progress = self.clock.monotonic()
        self._kafka_fails = False
        self._outage = Outage()

    def stop(self) -> None:
        """Finish the batch under way and leave."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    async def stopped(self) -> None:
        """Return once `stop` was called."""
        await self._stopping.wait()

    async def run(self) -> None:
        """Run until stopped. Raises FatalError, or what nobody expected."""
        failures = 0
        while not self.stopping:
            taken = self.worker.records_taken
            try:
                await self._run_once()
                if self.worker.records_taken > taken:
                    self._progress = self.clock.monotonic()
                failures, self._kafka_fails = 0, False
                self._outage.is_over()
                self.pulse.ready, self.pulse.why = True, "running"
            except StreamError as error:
                failures += 1
                self._kafka_fails = isinstance(error, TransportUnavailable)
                if self._outage.excuses(error, now := self.clock.monotonic()):
                    self._progress = now
                await self._answer(error, failures)
        await self._finish()

    async def _run_once(self) -> None:
        taken = await self.worker.run_once()
        if self.beside.found_away():
            raise StoreUnavailable("found by what runs beside the worker")
        if self.worker.holds_lanes:
            self.beside.go_on()
        if taken:
            self.beside.wake()

    async def _answer(self, error: StreamError, failures: int) -> None:
        match disposition(error, failures):
            case Hold(look_s):
                await self._hold(look_s)
            case BackOff(delay_s):
                self.pulse.ready, self.pulse.why = False, type(error).__name__
                if isinstance(error, StoreUnavailable):
                    self.beside.hold()
                _log.warning("%s (%s): going on in %.1f s", type(error).__name__, error, delay_s)
                await self._wait(delay_s)
            case Retake(jitter_s_max):
                _log.info("%s (%s): taking the lanes over again", type(error).__name__, error)
                await self._wait(self.random.uniform(0, jitter_s_max))
            case Stop():
                raise error
            case unexpected:
                assert_never(unexpected)
        # What is beside it has found until here is answered as well. It need not wait for what Kafka alone holds up.
        if not self.beside.found_away() and self._kafka_fails and self.worker.holds_lanes:
            self.beside.go_on()
        self.worker.lose_lanes()

    async def _hold(self, look_s: float) -> None:
        """Ready all the same: a new release has to come in while its service is paused."""
        if self.pulse.why != PAUSED:
            _log.warning("paused by an operator: nothing is taken until `koppeling resume`")
        self.pulse.ready, self.pulse.why = True, PAUSED
        self._progress = self.clock.monotonic()
        await self._finish()
        await self._wait(look_s)

    async def _finish(self) -> None:
        with suppress(TransportUnavailable, Fenced):
            await self.worker.finish()

    async def _wait(self, seconds: float) -> None:
        tasks = [asyncio.ensure_future(self.clock.sleep(seconds)), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def watch(self) -> None:
        """Beat, and end the process when there is lag and no progress: a consumer can be stuck without a sign.

        So can a producer: then no lag is left, and the batch in hand is never published although Kafka answers.

        Records seen waiting for the first time may have waited behind an outage that ends only now: the worker has
        half of its time once more to take them.
        """
        seen_waiting_s = None
        while True:
            self.pulse.beat = self.clock.monotonic()
            await self.clock.sleep(self.watchdog_s / 8)
            if self.clock.monotonic() - self._progress < self.watchdog_s:
                continue
            if not await self._is_waited_for():
                self._progress = self.clock.monotonic()
            elif self._progress != seen_waiting_s:
                seen_waiting_s = self._progress = self.clock.monotonic() - self.watchdog_s / 2
            else:
                raise StuckError(f"records are waiting and none was taken for {self.watchdog_s} s")

    async def _is_waited_for(self) -> bool:
        try:
            # No wait_for: it swallows a cancellation that comes with the answer (Python 3.11).
            async with asyncio.timeout(self.watchdog_s / 4):
                lag = await self.transport.lag()
        except (TimeoutError, TransportUnavailable, Fenced):
            return False
        return lag > 0 or self._kafka_fails


def main(build: Callable[[S], Awaitable[Deployment]], settings: type[S]) -> NoReturn:
    """Run `python -m services.NAME`: exit 0 after a stop, 1 when the world or the release is wrong, 2 for settings."""
    read = read_settings(settings)
    tame_collector()
    try:
        asyncio.run(serve(build, read))
    except (StreamError, StuckError) as error:
        _log.error("%s: %s", type(error).__name__, error)
        sys.exit(STUCK_EXIT_CODE if isinstance(error, StuckError) else STOPPED_EXIT_CODE)
    except Exception:  # noqa: BLE001 -- the end of the process, told without what its message may quote
        _log.exception("ended by a bug")
        sys.exit(STOPPED_EXIT_CODE)
    sys.exit(0)


async def serve(build: Callable[[S], Awaitable[Deployment]], settings: S) -> None:
    """One worker's life, from start to a signal."""
    deployment = await build(settings)
    service = deployment.service
    configure_logging(service.name)
    transport = KafkaTransport(kafka_settings(service, settings))
    store = PostgresStore(str(settings.postgres_url), service.kinds, settings.release)
    worker = build_worker(deployment, settings, transport=transport, store=store, observer=Telemetry(service.name))
    pulse = Pulse()
    supervisor = Supervisor(worker, transport, worker.clock, pulse, settings.watchdog_s, deployment.beside)
    page = MetricsPage(worker.metrics, transport.seen_lag, deployment.counted)
    health = HealthServer(
        (settings.health_host, settings.health_port), pulse, page.text, patience_s=settings.watchdog_s
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, supervisor.stop)
    health.start()
    try:
        await start(transport, supervisor)
        watch_loop(supervisor.pulse, settings.watchdog_s)
        await run_to_end(supervisor, settings.stop_s)
    finally:
        await _close(transport, store, deployment)
        health.stop()


def build_worker(
    deployment: Deployment, settings: Settings, *, transport: Transport, store: PostgresStore, observer: Observer
) -> Worker:
    """The worker that these settings describe."""
    horizon = timedelta(days=settings.replay_horizon_days)
    limits = Limits(settings.batch_records_max, settings.poll_s, settings.tick_s, settings.commit_s, horizon)
    clock, release = deployment.clock, settings.release
    return Worker(deployment.service, transport, store, clock, release, flow.LANES, observer, limits)


async def start(transport: Transport, supervisor: Supervisor) -> None:
    """Join the group, however long Kafka takes to be there, and be alive meanwhile; return without it after a stop."""
    beating = asyncio.create_task(supervisor.pulse.keep(supervisor.clock, supervisor.watchdog_s / 8))
    try:
        while not supervisor.stopping:
            try:
                return await transport.start()
            except TransportUnavailable as error:
                _log.warning("Kafka is not there yet (%s)", error)
                await transport.close()
                await supervisor.clock.sleep(0.5)
    finally:
        beating.cancel()


async def run_to_end(supervisor: Supervisor, stop_s: float) -> None:
    """The worker, its watchdog and what is beside it, until a stop or until one of them ends. Raises what that raised.

    After a stop the batch under way has `stop_s` seconds, and what is beside it leaves meanwhile.
    """
    beside = supervisor.beside
    running = asyncio.create_task(supervisor.run())
    tasks = [asyncio.create_task(supervisor.watch()), running, asyncio.create_task(beside.run())]
    told = asyncio.create_task(supervisor.stopped())
    await asyncio.wait([*tasks, told], return_when=asyncio.FIRST_COMPLETED)
    leaving = asyncio.create_task(beside.stop())
    if supervisor.stopping:
        await asyncio.wait({running}, timeout=stop_s)
    await leaving
    done = [task for task in tasks if task.done()]
    for task in (*tasks, told):
        task.cancel()
    await asyncio.gather(*tasks, told, return_exceptions=True)
    for task in done:
        task.result()


async def _close(transport: Transport, store: PostgresStore, deployment: Deployment) -> None:
    with suppress(StreamError, TimeoutError):
        await asyncio.wait_for(transport.close(), 2)
    with suppress(StreamError):
        await store.close()
    if deployment.close is not None:
        with suppress(StreamError):
            await deployment.close()
