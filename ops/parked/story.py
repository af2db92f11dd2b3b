"""Everything about one parked record but its body."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from ops.administrator import Database
from ops.age import moment
from ops.output import shorten
from ops.parked.lines import row_lines
from ops.parked_row import ParkedRow
from ops.view import View
from schemas.envelope import EnvelopeError, from_headers
from stream.record import unpack_headers


class EventView(View):
    """What the envelope of a parked record says."""

    id: str
    source: str
    name: str
    version: int
    time: datetime


class Behind(View):
    """A later record of the same registration that waits."""

    id: UUID
    topic: str
    partition: int
    offset: int


class ParkedStory(View):
    """A parked row with its envelope (None when that cannot be read), trace, and what waits behind it, in order."""

    row: ParkedRow
    event: EventView | None
    body_bytes: int
    trace: str | None
    behind: tuple[Behind, ...]


async def read_story(database: Database, row: ParkedRow) -> ParkedStory:
    """All that the queue knows about this row."""
    found = await database.fetchrow(_ROW.format(schema=row.service), row.id)
    behind = await database.fetch(_BEHIND.format(schema=row.service), row.id)
    return ParkedStory(
        row=row,
        event=found and _event(found["headers"]),
        body_bytes=found["bytes"] if found else 0,
        trace=found and found["trace"],
        behind=tuple(Behind(**dict(one)) for one in behind),
    )


def story_lines(story: ParkedStory, now: datetime) -> Iterator[str]:
    """For people, at most 80 columns wide; the trace is cut off where it is wider."""
    yield from row_lines(story.row, now)
    if story.event:
        event = story.event
        yield shorten(f"  event {event.name} version {event.version} of {moment(event.time)}")
        yield shorten(f"    id {event.id}")
        yield shorten(f"    from {event.source}")
    yield f"  body of {story.body_bytes} bytes, not shown"
    for one in story.behind:
        yield shorten(f"  behind it: {one.topic} {one.partition} @ {one.offset}")
    for line in (story.trace or "").splitlines():
        yield shorten(f"  | {line}")


def _event(headers: bytes) -> EventView | None:
    try:
        envelope: Any = from_headers(unpack_headers(headers))
    except EnvelopeError:
        return None
    return EventView(**{name: getattr(envelope, name) for name in EventView.model_fields})


_ROW = "select headers, coalesce(octet_length(value), 0) as bytes, trace from {schema}.redelivery where id = $1"
_BEHIND = """
select behind.id, behind.topic, behind.partition, behind.log_offset as offset
from {schema}.redelivery row join {schema}.redelivery behind on behind.key = row.key and behind.seq > row.seq
where row.id = $1 and row.blocks and not behind.handled order by behind.seq limit 100
"""
