"""Counts parked records by cause."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ops.parked.filter import CONDITIONS, Filter
from ops.parked.row import advice
from ops.servers.administrator import Database, of_service
from ops.terminal.view import View
from schemas.flow import SERVICES
from schemas.parked_cause import Cause, cause_of


class ParkedGroup(View):
    """All records parked for one cause; `first` and `last` are when the first and the newest of them was parked.

    `returned` counts the records that operators retried and that were parked again; `waiting_for_human` those that are
    not retried automatically; `attempts_max` the most attempts at one of them.
    """

    group: str
    service: str
    reason: str
    cause: str
    count: int
    waiting_for_human: int
    returned: int
    attempts_max: int
    first: datetime
    last: datetime
    releases: tuple[str, ...]
    advice: str


async def parked_groups(database: Database, only: Filter) -> list[ParkedGroup]:
    """The groups of the records that fit, the largest first."""
    found: dict[str, ParkedGroup] = {}
    for party in SERVICES:
        if only.service in (None, party.name):
            for row in await _marks(database, party.name, only):
                cause = cause_of(party.name, row["reason"], row["trace"])
                if only.group in (None, cause.group):
                    one = _group(party.name, cause, row)
                    found[cause.group] = _joined(found[cause.group], one) if cause.group in found else one
    return sorted(found.values(), key=lambda group: (-group.count, group.first))


async def marks_of_group(database: Database, service: str, only: Filter) -> list[str]:
    """The reason and trace of the records of the filter's group in this service, as the database compares them."""
    return [
        row["mark"]
        for row in await _marks(database, service, only)
        if cause_of(service, row["reason"], row["trace"]).group == only.group
    ]


async def _marks(database: Database, service: str, only: Filter) -> Sequence[Any]:
    return await database.fetch(of_service(_GROUPS, service), *only.columns(), service)


def _group(service: str, cause: Cause, row: Any) -> ParkedGroup:
    known = {name: value for name, value in row.items() if name not in ("trace", "mark")}
    when = None if row["waiting_for_human"] else row["last"]
    return ParkedGroup(
        group=cause.group, service=service, cause=cause.text, advice=advice(row["reason"], when), **known
    )


def _joined(one: ParkedGroup, other: ParkedGroup) -> ParkedGroup:
    sums = {name: getattr(one, name) + getattr(other, name) for name in ("count", "waiting_for_human", "returned")}
    return one.model_copy(
        update={
            **sums,
            "attempts_max": max(one.attempts_max, other.attempts_max),
            "first": min(one.first, other.first),
            "last": max(one.last, other.last),
            "releases": tuple(sorted({*one.releases, *other.releases})),
            "advice": (one if one.waiting_for_human else other).advice,
        }
    )


_GROUPS = f"""
select reason, min(trace) as trace, reason || ' ' || md5(coalesce(trace, '')) as mark, count(*) as count,
  count(*) filter (where due_at is null) as waiting_for_human, max(attempt) as attempts_max,
  count(*) filter (where attempt > 1 and exists (
    select from operations.action a where a.service = $6 and a.target = row.id::text and a.what = 'retry'
  )) as returned,
  min(first_at) as first, max(coalesce(parked_at, first_at)) as last,
  array_remove(array_agg(distinct release), null) as releases
from {{schema}}.redelivery row where {CONDITIONS} group by reason, md5(coalesce(trace, ''))
"""  # noqa: S608  constants
