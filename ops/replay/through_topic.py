"""A range of a topic brought once more through one service, as fast as the flood limit lets it."""

from datetime import UTC, datetime, timedelta

import click

from ops.administrator import Database
from ops.replay.asked import Asked, Log, offsets_of
from ops.replay.fate import fate_of
from ops.replay.pace import Limits, Pace
from ops.replay.plan import Tally, duration, tally_lines
from ops.replay.queue import pending, remembered
from ops.replay.replays import Range, Replay, advance, begin, finish, resume, unfinished
from ops.replay.topic_reader import Offsets, TopicReader
from schemas.flow import LANES
from stream.clock import SystemClock
from stream.decode import decode
from stream.postgres_replay import queue_replays
from stream.replay import replay_row

CHUNK_RECORDS_MAX = 500


class TopicReplay:
    """One command's work: plan, and do."""

    def __init__(self, reader: TopicReader, database: Database, limits: Limits, horizon: timedelta) -> None:
        self._reader = reader
        self._database = database
        self._limits = limits
        self._horizon = horizon

    async def run(self, asked: Asked, why: str | None) -> None:
        """Show the plan; do it when there is a reason."""
        begun = await unfinished(self._database, str(asked))
        wanted = await self._wanted(asked) if begun is None else None
        if begun:
            click.echo(f"begun at {begun.begun_at:%Y-%m-%d %H:%M} UTC, {begun.passed} of {begun.total} queued: goes on")
        tally = await self._count(asked, *self._rest(begun, wanted))
        click.echo("\n".join(tally_lines(tally)))
        click.echo(self._estimate(tally.total))
        if why is None:
            return
        async with self._database.transaction():
            if wanted is not None:
                begun = await begin(self._database, wanted, why)
            elif begun is not None:
                await resume(self._database, begun, why)
        if begun is not None:
            await self._drive(begun, asked)

    async def _wanted(self, asked: Asked) -> Range:
        reader, topic, lanes = self._reader, asked.topic, asked.lanes
        begins, ends = await reader.begins(topic, lanes), await reader.ends(topic, lanes)
        since = await reader.at(topic, lanes, asked.since) if asked.since else begins
        until = await reader.at(topic, lanes, asked.until) if asked.until else ends
        return Range(asked.service, topic, str(asked), *offsets_of(asked, Log(begins, ends, since, until)))

    def _rest(self, begun: Replay | None, wanted: Range | None) -> tuple[Offsets, Offsets]:
        if begun is not None:
            return begun.positions, begun.ends
        return (wanted.starts, wanted.ends) if wanted is not None else ({}, {})

    async def _count(self, asked: Asked, starts: Offsets, ends: Offsets) -> Tally:
        tally = Tally(asked.service)
        async for chunk in self._reader.chunks(asked.topic, starts, ends, at_most=CHUNK_RECORDS_MAX):
            items = [item for item in map(decode, chunk.records) if asked.means(item)]
            known = await remembered(self._database, asked.service, items)
            tally.fates.update(fate_of(item, known, datetime.now(UTC), self._horizon) for item in items)
        return tally

    def _estimate(self, records: int) -> str:
        rate, most = self._limits.rows_per_s, self._limits.queue_rows_max
        return f"at most {rate:g} a second and {most} at a time: {duration(records / rate)} or longer"

    async def _drive(self, replay: Replay, asked: Asked) -> None:
        pace = Pace(self._limits, SystemClock(), lambda: pending(self._database, replay.service))
        at_most = min(CHUNK_RECORDS_MAX, self._limits.queue_rows_max)
        async for chunk in self._reader.chunks(replay.topic, replay.positions, replay.ends, at_most=at_most):
            now = datetime.now(UTC)
            items = [item for item in map(decode, chunk.records) if asked.means(item)]
            rows = [replay_row(item, replay.id, now, LANES) for item in items]
            await pace.room(len(rows))
            async with self._database.transaction():
                queued = await queue_replays(
                    self._database, replay.service, list({row.id: row for row in rows}.values())
                )
                replay = await advance(self._database, replay, chunk.positions, queued)
            pace.tell(replay.passed, replay.total)
        await finish(self._database, replay)
        await pace.drained()
        left = replay.total - replay.queued
        click.echo(
            f"replayed: {replay.queued} records through {replay.service}, {left} repeated in the log or left out"
        )
