"""Replays everything that the topics still hold about some registrations, through the services."""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

import click
from aiokafka import TopicPartition

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.replay.fate import Settled, is_read
from ops.replay.pace import Limits, Pace
from ops.replay.plain import Plain
from ops.replay.queue import ServiceQueue, say_what_holds
from ops.replay.topic_reader import TopicReader
from ops.servers.administrator import Database
from ops.terminal.output import say
from schemas.flow import FLOW, LANES, SERVICES, Party
from stream.clock import SystemClock
from stream.decode import Received, decode
from stream.horizon import said_at
from stream.lane import lane_of
from stream.new_row import replay_row
from stream.postgres_replay import queue_replays

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_FOREIGN = frozenset(event.name for party in FLOW if not party.ours for event in party.emits)

Streams = Mapping[str, Sequence[Sequence[Received]]]
"""The records of one registration: by topic, for each lane, in order."""
_Streams = defaultdict[str, defaultdict[int, list[Received]]]
Found = Mapping[str, Mapping[str, Sequence[Received]]]
"""By registration and service: the records that the service reads, in order."""


async def read_registrations(reader: TopicReader, wanted: AbstractSet[str], parties: Sequence[Party]) -> Found:
    """What these services read about the registrations, as far back as the topics go.

    A registration of which nothing is left is left out. The topics are read once, however many registrations there are.
    """
    streams: defaultdict[str, _Streams] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    keys = {registration.encode() for registration in wanted}
    topics = dict.fromkeys(event.name for party in parties for event in party.consumes)
    places = {place for topic in topics for registration in wanted for place in _places(topic, registration)}
    async for record in reader.whole(sorted(places)):
        if record.topic not in _FOREIGN and record.key not in keys:
            continue
        item = decode(record)
        if isinstance(item, Received) and item.subject in wanted:
            streams[item.subject][record.topic][record.partition].append(item)
    return {registration: _by_service(streams[registration], parties) for registration in wanted & streams.keys()}


def _by_service(streams: _Streams, parties: Sequence[Party]) -> Mapping[str, Sequence[Received]]:
    whole = {topic: list(lanes.values()) for topic, lanes in streams.items()}
    return {party.name: items for party in parties if (items := in_order(whole, party))}


def _places(topic: str, registration: str) -> list[TopicPartition]:
    """Where its records can be: other parties' publishers may use any lane."""
    lanes = range(LANES) if topic in _FOREIGN else [lane_of(registration, LANES)]
    return [TopicPartition(topic, lane) for lane in lanes]


def in_order(streams: Streams, party: Party) -> list[Received]:
    """The records that a service reads: lanes keep their order, and are merged by the events' time."""
    lanes = [lane for event in party.consumes for lane in streams.get(event.name, ())]
    return list(heapq.merge(*lanes, key=lambda item: said_at(item) or _EARLIEST))


def _replay_id(registration: str) -> UUID:
    """The id of the replay of a registration: always the same, so that no record of it is queued twice."""
    return UUID(bytes=blake2b(f"registration's replay\n{registration}".encode(), digest_size=16).digest())


def _read_before(found: Found, read: Mapping[str, Settled]) -> Found:
    """Without the records that a service has not read yet: brought now, they would overtake those before them."""
    return {
        registration: {
            service: [item for item in items if is_read(item, read[service])] for service, items in by_service.items()
        }
        for registration, by_service in found.items()
    }


class RegistrationReplay:
    """Plans and carries out one command.

    When the same command is typed again, a record that still waits is not queued again; one that was handled since is.
    """

    def __init__(self, database: Database, limits: Limits, horizon: timedelta, deed: Deed = Deed.REPLAY) -> None:
        self._database = database
        self._limits = limits
        self._horizon = horizon
        self._deed = deed

    async def run(self, found: Found, why: str | None) -> None:
        """Show the plan for each service; do it when there is a reason."""
        services = [party.name for party in SERVICES if any(party.name in items for items in found.values())]
        read: dict[str, Settled] = {}
        for service in services:
            await say_what_holds(self._database, service)
            plain = Plain(self._database, service, self._horizon)
            await plain.plan([item for by_service in found.values() for item in by_service.get(service, ())])
            read[service] = plain.settled
            click.echo("\n".join(plain.lines()))
        if why is None:
            say(NOT_APPLIED)
            return
        await self._bring(_read_before(found, read), {service: self._pace(service) for service in services}, why)
        click.echo("replayed")

    async def _bring(self, found: Found, paces: Mapping[str, Pace], why: str) -> None:
        for registration, by_service in found.items():
            for service, items in by_service.items():
                await paces[service].room(len(items))
            await self._queue(registration, by_service, why)
        for pace in paces.values():
            await pace.drained()

    async def _queue(self, registration: str, by_service: Mapping[str, Sequence[Received]], why: str) -> None:
        replay, now = _replay_id(registration), datetime.now(UTC)
        changes = []
        async with self._database.transaction():
            for service, items in by_service.items():
                rows = {row.id: row for row in (replay_row(item, replay, now, LANES) for item in items)}
                queued = await queue_replays(self._database, service, list(rows.values()))
                changes.append(Change(service, str(replay), registration, {"records": len(items)}, {"queued": queued}))
            await record_actions(self._database, self._deed, why, changes)

    def _pace(self, service: str) -> Pace:
        return Pace(self._limits, SystemClock(), ServiceQueue(self._database, service))
