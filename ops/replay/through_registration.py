"""Everything that the topics still hold about one registration, brought once more through the services."""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import click
from aiokafka import TopicPartition

from ops.action import Change, Deed, record_actions
from ops.administrator import Database
from ops.applying import NOT_APPLIED
from ops.replay.fate import fate_of
from ops.replay.pace import Limits, Pace
from ops.replay.plan import Tally, tally_lines
from ops.replay.queue import pending, remembered
from ops.replay.topic_reader import TopicReader
from schemas.flow import FLOW, LANES, Stage
from stream.clock import SystemClock
from stream.decode import Received, decode
from stream.horizon import said_at
from stream.lane import lane_of
from stream.postgres_replay import queue_replays
from stream.replay import replay_row

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_FOREIGN = frozenset(event.name for stage in FLOW if not stage.ours for event in stage.emits)

Streams = Mapping[str, Sequence[Sequence[Received]]]
"""By topic: the records of each lane, in order."""


async def read_registration(reader: TopicReader, registration: str, stages: Sequence[Stage]) -> Streams:
    """What these services have read about it, as far back as the topics go."""
    streams: defaultdict[str, defaultdict[int, list[Received]]] = defaultdict(lambda: defaultdict(list))
    topics = dict.fromkeys(event.name for stage in stages for event in stage.consumes)
    async for record in reader.whole([place for topic in topics for place in _places(topic, registration)]):
        if record.topic not in _FOREIGN and record.key != registration.encode():
            continue
        item = decode(record)
        if isinstance(item, Received) and item.subject == registration:
            streams[record.topic][record.partition].append(item)
    return {topic: list(lanes.values()) for topic, lanes in streams.items()}


def _places(topic: str, registration: str) -> list[TopicPartition]:
    """Where its records can be: foreign publishers choose the lane as they like."""
    lanes = range(LANES) if topic in _FOREIGN else [lane_of(registration, LANES)]
    return [TopicPartition(topic, lane) for lane in lanes]


def in_order(streams: Streams, stage: Stage) -> list[Received]:
    """The records that a service reads, each topic's in its order, the topics by the events' time."""
    lanes = [lane for event in stage.consumes for lane in streams.get(event.name, ())]
    return list(heapq.merge(*lanes, key=lambda item: said_at(item) or _EARLIEST))


class RegistrationReplay:
    """One command's work: plan, and do."""

    def __init__(self, database: Database, limits: Limits, horizon: timedelta) -> None:
        self._database = database
        self._limits = limits
        self._horizon = horizon

    async def run(self, registration: str, found: Mapping[str, Sequence[Received]], why: str | None) -> None:
        """Show the plan for each service; do it when there is a reason."""
        for service, items in found.items():
            known = await remembered(self._database, service, items)
            tally = Tally(service)
            tally.fates.update(fate_of(item, known, datetime.now(UTC), self._horizon) for item in items)
            click.echo("\n".join(tally_lines(tally)))
        if why is None:
            click.echo(NOT_APPLIED)
            return
        await self._queue(registration, found, why)
        for service in found:
            await self._drained(service)
        click.echo("replayed")

    async def _queue(self, registration: str, found: Mapping[str, Sequence[Received]], why: str) -> None:
        replay, now = uuid4(), datetime.now(UTC)
        changes = []
        async with self._database.transaction():
            for service, items in found.items():
                rows = {row.id: row for row in (replay_row(item, replay, now, LANES) for item in items)}
                queued = await queue_replays(self._database, service, list(rows.values()))
                changes.append(Change(service, str(replay), registration, {"records": len(items)}, {"queued": queued}))
            await record_actions(self._database, Deed.REPLAY, why, changes)

    async def _drained(self, service: str) -> None:
        await Pace(self._limits, SystemClock(), lambda: pending(self._database, service)).drained()
