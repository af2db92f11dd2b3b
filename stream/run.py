"""One service as a process: reads settings, keeps a worker going, handles signals and health."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from prometheus_client.registry import Collector

from schemas import flow
from stream import crash
from stream.beside import Beside
from stream.clock import Clock, SystemClock
from stream.collector import tame_collector
from stream.environment import PREFIX
from stream.errors import StreamError, TransportUnavailable
from stream.half_open import WatchfulLoop
from stream.health import STUCK_EXIT_CODE, HealthServer, Pulse, watch_loop
from stream.joining import join
from stream.kafka import KafkaTransport
from stream.kafka_settings import kafka_settings
from stream.keeper import Keeper, StuckError
from stream.limits import Limits
from stream.metrics_page import MetricsPage
from stream.postgres import PostgresStore
from stream.service import Service
from stream.settings import WRONG_SETTINGS_EXIT_CODE, Settings, read_settings
from stream.telemetry import Telemetry, configure_logging
from stream.transport import Transport
from stream.worker import Worker

STOPPED_EXIT_CODE = 1

S = TypeVar("S", bound=Settings)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deployment:
    """A service with what its process needs beside the worker; `counted` goes to `/metrics`, beside the worker's."""

    service: Service[Any]
    beside: Beside = field(default_factory=Beside)
    counted: Sequence[Collector] = ()
    close: Callable[[], Awaitable[None]] | None = None
    clock: Clock = field(default_factory=SystemClock)


def main(build: Callable[[S], Awaitable[Deployment]], settings: type[S]) -> NoReturn:
    """Run `python -m services.NAME`: exit 0 after a stop, 1 if a server or the release is at fault, 2 for settings."""
    read = read_settings(settings)
    if read.crash_at:
        crash.tell(crash.death_at(read.crash_at))
    tame_collector()
    try:
        with asyncio.Runner(loop_factory=WatchfulLoop) as runner:
            runner.run(serve(build, read))
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
    listener, limits = Telemetry(service.name).settled, _limits(settings)
    worker = Worker(service, transport, store, deployment.clock, settings.release, flow.LANES, listener, limits)
    pulse = Pulse()
    keeper = Keeper(worker, pulse, settings.watchdog_s, deployment.beside)
    page = MetricsPage(worker.metrics, transport.seen_lag, pulse, deployment.counted)
    health = _health_server(settings, pulse, page)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, keeper.stop)
    health.start()
    watch_loop(pulse, settings.watchdog_s)
    try:
        await start(keeper)
        await run_to_end(keeper, settings.stop_s)
    finally:
        await _close(transport, store, deployment)
        health.stop()


def _health_server(settings: Settings, pulse: Pulse, page: MetricsPage) -> HealthServer:
    """Ends the process if there is no such address, or somebody else has it."""
    host, port = settings.health_host, settings.health_port
    try:
        return HealthServer((host, port), pulse, page.text, patience_s=settings.watchdog_s)
    except OSError as error:
        _log.error("%sHEALTH_HOST, %sHEALTH_PORT: nobody can listen at %s:%d (%s)", PREFIX, PREFIX, host, port, error)
        sys.exit(WRONG_SETTINGS_EXIT_CODE)


def _limits(settings: Settings) -> Limits:
    horizon = timedelta(days=settings.replay_horizon_days)
    return Limits(settings.batch_records_max, settings.poll_s, settings.tick_s, settings.commit_s, horizon)


async def start(keeper: Keeper) -> None:
    """Join the group, however long Kafka takes to be there, and be alive meanwhile; return without it after a stop."""
    worker = keeper.worker
    beating = asyncio.create_task(keeper.pulse.keep(worker.clock, keeper.watchdog_s / 8))
    try:
        while not keeper.stopping:
            try:
                return await join(worker, keeper.stopped, keeper.watchdog_s)
            except TransportUnavailable as error:
                _log.warning("Kafka is not there yet (%s)", error)
                await worker.transport.close()
                await worker.clock.sleep(0.5)
    finally:
        beating.cancel()


async def run_to_end(keeper: Keeper, stop_s: float) -> None:
    """Run worker, watchdog and whatever is beside them, until a stop or until one ends. Raises that one's error.

    After a stop the batch under way has `stop_s` seconds; the work beside it finishes meanwhile.
    """
    beside = keeper.beside
    running = asyncio.create_task(keeper.run())
    tasks = [asyncio.create_task(keeper.watch()), running, asyncio.create_task(beside.run())]
    told = asyncio.create_task(keeper.stopped())
    await asyncio.wait([*tasks, told], return_when=asyncio.FIRST_COMPLETED)
    leaving = asyncio.create_task(beside.stop())
    if keeper.stopping:
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
