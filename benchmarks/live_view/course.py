"""The three things that are measured, one after the other."""

import asyncio
import heapq
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks.batch_producer import batch_producer
from benchmarks.live_view.story import EVENTS, Said, Story
from benchmarks.live_view.view import Took, View, view
from benchmarks.measured import report
from sandbox.batches import send_all
from sandbox.running import RunningSandbox
from services.monitor.stage import Stage

_SPREAD = 50
"""How many registrations are under way together while events come steadily."""
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Steady:
    """Events at a steady rate. `waiting_max` is the most that was not kept at any look."""

    events: int
    waiting_max: int
    caught_up_s: float
    cpu_s: float
    resident_mb: float


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it; `missing` registrations are not realised in the view at the end."""

    rebuilt: Took
    back: Took
    steady: Steady
    missing: int


async def run(sandbox: RunningSandbox, *, registrations: int, rate_per_s: float, seconds: float) -> Found:
    """Measure. Raises BenchmarkError."""
    story = Story()
    async with batch_producer(sandbox.endpoints().kafka.bootstrap_servers) as producer:
        report(f"publishing {registrations * EVENTS:,} events")
        await send_all(producer, _whole(story, range(registrations)))
        report("reading them into an empty table")
        with view(sandbox) as new:
            rebuilt = await new.until_ready()
        report("starting it again after a kill")
        with view(sandbox) as again:
            back = await again.until_ready()
            report(f"{rate_per_s:g} events a second for {seconds:g} s")
            more = round(rate_per_s * seconds / EVENTS)
            said = list(_mixed(story, range(registrations, registrations + more)))
            steady = await _steadily(again, producer, said, rate_per_s)
            missing = registrations + more - _realised(await again.seen("/picture.json"))
    return Found(rebuilt, back, steady, missing)


async def _steadily(one: View, producer: AIOKafkaProducer, said: Sequence[Said], rate_per_s: float) -> Steady:
    used_s = one.process.cpu_s()
    publishing = asyncio.create_task(_publish(producer, said, rate_per_s))
    waiting = [0]
    while not publishing.done():
        waiting.append(await one.waiting())
        await asyncio.sleep(_LOOK_S)
    await publishing
    last_s = time.monotonic()
    await one.until_nothing_waits()
    caught_up_s = time.monotonic() - last_s
    return Steady(len(said), max(waiting), caught_up_s, one.process.cpu_s() - used_s, one.process.resident_mb())


async def _publish(producer: AIOKafkaProducer, said: Sequence[Said], rate_per_s: float) -> None:
    """One by one, each at its own moment; returns when all are acknowledged."""
    start_s = time.monotonic()
    for number, (topic, lane, record) in enumerate(said):
        if (early_s := start_s + number / rate_per_s - time.monotonic()) > 0:
            await asyncio.sleep(early_s)
        await producer.send(topic, record["value"], key=record["key"], headers=record["headers"], partition=lane)
    await producer.flush()


def _whole(story: Story, numbers: range) -> Iterator[Said]:
    now = datetime.now(UTC)
    for number in numbers:
        yield from story.of(number, now)


def _mixed(story: Story, numbers: range) -> Iterator[Said]:
    """Each registration's events in order, those of some registrations between one another."""
    now = datetime.now(UTC)
    turns = [[(number + place * _SPREAD, one) for place, one in enumerate(story.of(number, now))] for number in numbers]
    return (one for _, one in heapq.merge(*turns, key=lambda turn: turn[0]))


def _realised(picture: dict[str, Any]) -> int:
    realised = (column["registrations"] for column in picture["columns"] if column["stage"] == Stage.REALISED)
    return int(next(realised))
