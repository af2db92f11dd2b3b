"""How far each service is behind: its settled positions in Postgres, compared with the ends of its topics in Kafka."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from aiokafka import TopicPartition

from ops.replay.fate import Settled
from ops.replay.queue import settled
from ops.replay.topic_reader import TopicReader
from ops.servers.administrator import Database, apart
from ops.servers.kafka_reading import Positions, Span, Spans
from ops.service_state.kept import KEPT
from schemas.flow import LANES, SERVICES, Party


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in Kafka for one service: how many records, and for how many seconds the oldest has waited.

    `kept_s`: in how many seconds the first of them is removed from its topic, None where none waits. `removed`: how
    many were removed before the service read them.
    """

    records: int
    oldest_s: int
    kept_s: int | None = None
    removed: int = 0


async def backlogs(database: Database, reader: TopicReader) -> dict[str, Backlog | str]:
    """Every service's backlog, or the reason why it is not known."""
    topics = [topic for topic, partitions in (await reader.partitions()).items() if len(partitions) == LANES]
    spans = await reader.spans([TopicPartition(topic, lane) for topic in topics for lane in range(LANES)])
    found: dict[str, Backlog | str] = {}
    for party in SERVICES:
        try:
            found[party.name] = await _backlog(database, reader, party, spans)
        except click.ClickException as error:
            found[party.name] = error.message
    return found


async def _backlog(database: Database, reader: TopicReader, party: Party, spans: Spans) -> Backlog:
    """Raises ClickException when a topic that it reads, or a table, cannot be read."""
    names = {event.name for event in party.consumes}
    if unfit := names - {place.topic for place in spans}:
        raise click.ClickException(f"topics missing or unfit (see TopicsUnfit): {', '.join(sorted(unfit))}")
    async with apart(database):
        read = await settled(database, party.name)
    positions = _behind(read, names, spans)
    since = await reader.waiting_since({place: Span(start, spans[place].end) for place, start in positions.items()})
    records = sum(spans[place].end - positions[place] for place in since)
    now = datetime.now(UTC)
    oldest_s = int((now - min(since.values(), default=now)).total_seconds())
    forgotten = [at + KEPT[place.topic] for place, at in since.items()]
    kept_s = max(int((min(forgotten) - now).total_seconds()), 0) if forgotten else None
    return Backlog(records, oldest_s, kept_s, removed_unread(read, names, spans))


def removed_unread(read: Settled, names: Collection[str], spans: Spans) -> int:
    """How many records of these topics were removed before the service read them.

    `spans` may be older than `read`, as the service goes on meanwhile: a log that ends before `read` counts as none.
    """
    begins = {(place.topic, place.partition): span.begin for place, span in spans.items() if place.topic in names}
    return sum(max(begins[place] - at, 0) for place, at in read.items() if place in begins)


def _behind(read: Settled, names: Collection[str], spans: Spans) -> Positions:
    """Where the service stands in the partitions that it has not read to their end."""
    places = {
        place: max(read.get((place.topic, place.partition), 0), span.begin)
        for place, span in spans.items()
        if place.topic in names
    }
    return {place: at for place, at in places.items() if at < spans[place].end}
