"""Replays a range of a topic through one service, as fast as the flood limit allows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import click

from ops.actions.applying import NOT_APPLIED
from ops.replay.asked import Asked, TopicBounds, offsets_of
from ops.replay.pace import CHUNK_RECORDS_MAX, Limits, Pace
from ops.replay.queue import ServiceQueue, say_what_holds
from ops.replay.replays import Range, Replay, advance, begin, check_beside, finish, go_on, is_paused, unfinished
from ops.replay.topic_reader import TopicReader
from ops.servers.administrator import Database
from ops.terminal.age import duration, minute
from ops.terminal.counted import counted
from ops.terminal.output import say
from stream.clock import SystemClock
from stream.decode import Item, decode
from stream.postgres_replay import queue_replays
from stream.store import Row


class Bringing(Protocol):
    """How the records of a range are brought."""

    async def plan(self, items: Sequence[Item]) -> None:
        """Count what would come of these, which follow those of earlier calls."""

    @property
    def total(self) -> int:
        """How many records were planned."""

    def lines(self) -> Iterator[str]:
        """The plan in words."""

    async def rows(self, items: Sequence[Item], replay: Replay) -> list[Row]:
        """The rows that bring these, each once."""


class TopicReplay:
    """Plans and carries out one command."""

    def __init__(self, reader: TopicReader, database: Database, limits: Limits, bringing: Bringing) -> None:
        self._reader = reader
        self._database = database
        self._limits = limits
        self._bringing = bringing

    async def run(self, asked: Asked, why: str | None, *, check: Callable[[], None] = lambda: None) -> None:
        """Show the plan; carry it out when there is a reason. `check` raises when it must not be."""
        span = await self.span(asked)
        await say_what_holds(self._database, asked.service)
        await self.show(asked, span)
        if why is None:
            say(NOT_APPLIED)
            return
        check()
        async with self._database.transaction():
            replay = await self.begin(span, why)
        await self.drive(replay, asked)

    async def span(self, asked: Asked) -> Replay | Range:
        """The unfinished replay of the same range, which goes on; else the range as it is now."""
        return await unfinished(self._database, str(asked)) or await self._wanted(asked)

    async def show(self, asked: Asked, span: Replay | Range) -> None:
        """What would come of it."""
        starts = span.starts
        if isinstance(span, Replay):
            say(f"begun at {minute(span.begun_at)}, {span.passed} of {span.total} passed: goes on")
            starts = span.positions
        async for chunk in self._reader.chunks(asked.topic, starts, span.ends, at_most=CHUNK_RECORDS_MAX):
            await self._bringing.plan([item for item in map(decode, chunk.records) if asked.means(item)])
        click.echo("\n".join(self._bringing.lines()))
        say(self._estimate(self._bringing.total))

    async def begin(self, span: Replay | Range, why: str) -> Replay:
        """Record, inside a transaction, that it begins or goes on."""
        if isinstance(span, Range):
            return await begin(self._database, span, why)
        await go_on(self._database, span, why)
        return span

    async def _wanted(self, asked: Asked) -> Range:
        reader, topic, lanes = self._reader, asked.topic, asked.lanes
        begins, ends = await reader.bounds(topic, lanes)
        since = await reader.at(topic, ends, asked.since) if asked.since else begins
        until = await reader.at(topic, ends, asked.until) if asked.until else ends
        span = Range(asked.service, topic, str(asked), *offsets_of(asked, TopicBounds(begins, ends, since, until)))
        span = replace(span, is_forced=asked.force.wanted)
        await check_beside(self._database, span)
        return span

    def _estimate(self, records: int) -> str:
        rate, most = self._limits.rows_per_s, self._limits.queue_rows_max
        return f"at most {rate:g} a second and {most} at a time: {duration(max(records / rate, 1))} or longer"

    async def drive(self, replay: Replay, asked: Asked) -> None:
        """Bring what is left of it; returns when that is handled."""
        passed, left_out = replay.passed, 0
        pace = Pace(self._limits, SystemClock(), ServiceQueue(self._database, replay.service), passed=passed)
        at_most = self._limits.chunk_records_max
        async for chunk in self._reader.chunks(replay.topic, replay.positions, replay.ends, at_most=at_most):
            items = [item for item in map(decode, chunk.records) if asked.means(item)]
            rows = await self._bringing.rows(items, replay)
            await pace.unless_paused(partial(is_paused, self._database, replay.id))
            await pace.room(len(rows))
            async with self._database.transaction():
                queued = await queue_replays(self._database, replay.service, rows)
                replay = await advance(self._database, replay, chunk.positions, queued)
            left_out += len(items) - queued
            pace.tell(replay.passed, replay.total)
        # Finished only once all is handled: till then the same command goes on, and a forced one does nothing twice.
        await pace.drained()
        await finish(self._database, replay)
        left = f", {left_out} repeated in the log or left out" if left_out else ""
        say(f"replayed: {counted(replay.queued, 'record')} of {replay.topic} through {replay.service}{left}")
