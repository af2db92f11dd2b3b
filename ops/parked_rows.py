"""The parked records of all services, read from their redelivery queues."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ops.administrator import Database
from ops.parked_row import ParkedRow, advice
from schemas.flow import SERVICES
from schemas.ids import reference


async def parked_rows(
    database: Database,
    *,
    limit: int,
    registrations: Sequence[str] | None = None,
    ids: Sequence[UUID] | None = None,
) -> list[ParkedRow]:
    """At most `limit` rows of each service, the oldest first; of these registrations or ids only, where given."""
    rows = [
        _row(stage.name, record)
        for stage in SERVICES
        for record in await database.fetch(_PARKED.format(schema=stage.name), limit, registrations, ids)
    ]
    return sorted(rows, key=lambda row: row.since)


def _row(service: str, record: Any) -> ParkedRow:
    registration = _registration(record["key"])
    return ParkedRow(
        service=service,
        id=record["id"],
        registration=registration,
        reference=registration and reference(registration),
        topic=record["topic"],
        partition=record["partition"],
        offset=record["log_offset"],
        reason=record["reason"],
        attempts=record["attempt"],
        since=record["first_at"],
        retry_at=record["due_at"],
        blocks=record["blocks"],
        waiting=record["waiting"],
        advice=advice(record["reason"], record["due_at"]),
    )


def _registration(key: str) -> str | None:
    """The key, when it names a registration; other keys are the services' own affair, and may hold numbers."""
    try:
        return str(UUID(key))
    except ValueError:
        return None


# The schema is a service's name, never a value.
_PARKED = """
select id, key, topic, partition, log_offset, reason, attempt, first_at, due_at, blocks, (
  select count(*) from {schema}.redelivery behind
  where row.blocks and behind.key = row.key and behind.seq > row.seq and not behind.handled
) as waiting
from {schema}.redelivery row
where kind = 'parked' and not handled and ($2::text[] is null or key = any($2)) and ($3::uuid[] is null or id = any($3))
order by first_at, seq limit $1
"""
