"""The parked records of all services, read from their redelivery queues."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from ops.parked.filter import CONDITIONS, EVERYTHING, Filter
from ops.parked.groups import marks_of_group
from ops.parked.row import ParkedRow, advice
from ops.servers.administrator import Database, of_service
from schemas.flow import SERVICES
from schemas.ids import reference
from schemas.parked_cause import cause_of


async def parked_rows(
    database: Database,
    *,
    limit: int | None = None,
    registrations: Sequence[str] | None = None,
    ids: Sequence[UUID] | None = None,
    only: Filter = EVERYTHING,
) -> list[ParkedRow]:
    """At most `limit` rows of each service, the oldest first; limited to these registrations or ids, where given.

    For a retry (`only` leaves out due rows) the least retried come first. Otherwise rows that are parked again and
    again, being the oldest, would always fill the limit.
    """
    rows = []
    order = "retried, first_at, seq" if only.due is False else "first_at, seq"
    for party in SERVICES:
        if only.service not in (None, party.name):
            continue
        marks = await marks_of_group(database, party.name, only) if only.group is not None else None
        asked = (*only.columns(), limit, registrations, ids, marks, party.name, only.due)
        found = await database.fetch(of_service(_PARKED, party.name, order=order), *asked)
        rows += [_row(party.name, record) for record in found]
    return sorted(rows, key=lambda row: (row.retried if only.due is False else 0, row.since))


def of_each(found: Collection[ParkedRow], limit: int) -> tuple[list[ParkedRow], list[str]]:
    """The first `limit` of each service, and the services that have more."""
    counts: Counter[str] = Counter()
    shown = []
    for row in found:
        counts[row.service] += 1
        if counts[row.service] <= limit:
            shown.append(row)
    return shown, sorted(service for service, count in counts.items() if count > limit)


def _row(service: str, record: Any) -> ParkedRow:
    registration = _registration(record["key"])
    cause = cause_of(service, record["reason"], record["trace"])
    return ParkedRow(
        service=service,
        registration=registration,
        reference=registration and reference(registration),
        cause=cause.text,
        group=cause.group,
        advice=advice(record["reason"], record["retry_at"]),
        **{name: value for name, value in record.items() if name not in ("key", "trace")},
    )


def _registration(key: str) -> str | None:
    """The key, when it is a registration's id; other keys are internal to their service, and can hold numbers."""
    try:
        return str(UUID(key))
    except ValueError:
        return None


_PARKED = f"""
select id, key, topic, partition, log_offset as offset, reason, trace, attempt as attempts, first_at as since,
  due_at as retry_at, blocks, release, coalesce(parked_at, first_at) as last,
  (select s.document ->> 'package' from intake.state s where s.kind = 'intake' and s.key = row.key) as package,
  (select count(*) from operations.action a
    where a.service = $10 and a.target = row.id::text and a.what = 'retry') as retried,
  (select count(*) from {{schema}}.redelivery behind
    where row.blocks and behind.key = row.key and behind.seq > row.seq and behind.blocks and not behind.handled
  ) as waiting
from {{schema}}.redelivery row
where {CONDITIONS}
  and ($7::text[] is null or key = any($7)) and ($8::uuid[] is null or id = any($8))
  and ($9::text[] is null or reason || ' ' || md5(coalesce(trace, '')) = any($9))
  and ($11::boolean is null or due_at is null or due_at > now())
order by {{order}} limit $6
"""  # noqa: S608  constants
