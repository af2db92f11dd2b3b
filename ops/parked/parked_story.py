"""Everything about one parked record: its event masked, its registration's story, and its other parked records."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from ops.parked.lines import row_lines
from ops.parked.masked import lines_of, masked_cause
from ops.parked.row import ParkedRow
from ops.servers.administrator import Database, of_service
from ops.story.happening import Happening
from ops.story.registrations import registrations
from ops.terminal.age import minute, moment
from ops.terminal.output import shorten, wrapped
from ops.terminal.view import View
from schemas.envelope import EnvelopeError, from_headers
from stream.decode import Received, decode
from stream.record import Record, unpack_headers
from stream.store import Row, RowKind

SIBLINGS_MAX = 20


class EventView(View):
    """What the envelope of a parked record tells."""

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
    """A parked row with its envelope (None when that cannot be read), its trace, and what waits behind it, in order.

    `body` is the masked event, None when it cannot be read. `happened` is the timeline of its registration. `siblings`
    are other parked records of that; `siblings_more` is how many more there are.
    """

    row: ParkedRow
    event: EventView | None
    body: JsonValue
    body_bytes: int
    trace: str | None
    behind: tuple[Behind, ...]
    happened: tuple[Happening, ...]
    siblings: tuple[ParkedRow, ...]
    siblings_more: int


async def read_story(database: Database, row: ParkedRow) -> ParkedStory:
    """Everything that is known about this row."""
    found = await database.fetchrow(of_service(_ROW, row.service), row.id)
    behind = await database.fetch(of_service(_BEHIND, row.service), row.id)
    views = await registrations(database, [row.registration] if row.registration else [])
    siblings = tuple(one for view in views for one in view.parked if (one.service, one.id) != (row.service, row.id))
    return ParkedStory(
        row=row,
        event=found and _event(found["headers"]),
        body=found and _body(row, found),
        body_bytes=len(found["value"] or b"") if found else 0,
        trace=found and found["trace"],
        behind=tuple(Behind(**dict(one)) for one in behind),
        happened=views[0].happened if views else (),
        siblings=siblings[:SIBLINGS_MAX],
        siblings_more=len(siblings[SIBLINGS_MAX:]),
    )


async def read_raw(database: Database, row: ParkedRow) -> bytes:
    """The bytes of the record's body, as they are kept."""
    return bytes(await database.fetchval(of_service(_RAW, row.service), row.id) or b"")


def story_lines(story: ParkedStory, now: datetime) -> Iterator[str]:
    """The story as lines for the terminal; lines of the trace are cut off at its width."""
    yield from row_lines(story.row, now)
    if story.event:
        event = story.event
        yield shorten(f"  event {event.name} version {event.version} of {moment(event.time)}")
        yield shorten(f"    id {event.id}")
        yield shorten(f"    from {event.source}")
    body = f"body of {story.body_bytes} bytes{', masked:' if story.body else ', which cannot be read'}"
    yield from wrapped(body, "  ", "  ")
    for line in lines_of(story.body) if story.body else ():
        yield shorten(f"    {line}")
    for happened in story.happened:
        yield from wrapped(f"{minute(happened.at)}  {happened.text}", "  ", "    ")
    for sibling in story.siblings:
        yield shorten(f"  also parked: {sibling.service} {sibling.handle} {sibling.reason}")
    if story.siblings_more:
        yield from wrapped(f"and {story.siblings_more} more are parked of its registration", "  ", "  ")
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


def _body(row: ParkedRow, found: Any) -> JsonValue:
    record = Record(row.topic, row.partition, row.offset, None, found["value"], unpack_headers(found["headers"]))
    taken = Row(row.id, 0, found["key"], RowKind.PARKED, row.attempts, record, found["hash"], row.since)
    item = decode(record, taken)
    return masked_cause(item.cause) if isinstance(item, Received) else None


_ROW = "select headers, value, key, hash, trace from {schema}.redelivery where id = $1"
_RAW = "select value from {schema}.redelivery where id = $1"
_BEHIND = """
select behind.id, behind.topic, behind.partition, behind.log_offset as offset
from {schema}.redelivery row join {schema}.redelivery behind on behind.key = row.key and behind.seq > row.seq
where row.id = $1 and row.blocks and not behind.handled order by behind.seq limit 100
"""
