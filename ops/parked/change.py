"""Retries or discards parked records that are still as the operator saw them, and records that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from ops.actions.action import Change, Deed, record_actions
from ops.parked.row import ParkedRow
from ops.servers.administrator import Database, of_service


async def change(database: Database, rows: Sequence[ParkedRow], deed: Deed, why: str) -> list[ParkedRow]:
    """Retry or discard these rows, and record that; inside one transaction.

    A retry makes them due, in their places in the queue. The journal entries of discarded ones stay. Returns the rows
    that were still as the operator saw them; the others are left alone.
    """
    by_service: defaultdict[str, list[ParkedRow]] = defaultdict(list)
    for row in rows:
        by_service[row.service].append(row)
    done: list[ParkedRow] = []
    for service, seen in sorted(by_service.items()):
        columns = ([row.id for row in seen], [row.attempts for row in seen], [row.retry_at for row in seen])
        found = await database.fetch(of_service(_CHANGES[deed], service), *columns)
        changed = {one["id"] for one in found}
        done += [row for row in seen if row.id in changed]
    await record_actions(database, deed, why, [_change_of(row, deed) for row in done])
    return done


def _change_of(row: ParkedRow, deed: Deed) -> Change:
    before = row.model_dump(mode="json", exclude={"service", "id", "registration", "reference", "advice"})
    after: Mapping[str, JsonValue] = {"attempts": row.attempts, "tried": "at once"} if deed is Deed.RETRY else {}
    return Change(row.service, str(row.id), row.registration, before, after)


# A row whose answer is not published yet, or that has been tried since, is not the one that was seen.
_AS_SEEN = """
unnest($1::uuid[], $2::int[], $3::timestamptz[]) as seen(id, attempt, due_at)
where row.id = seen.id and row.attempt = seen.attempt and row.due_at is not distinct from seen.due_at
  and row.kind = 'parked' and not row.handled and row.answered_by is null
"""
_CHANGES = {
    # A row that is due already is about to be tried: somebody else was first.
    Deed.RETRY: f"""
update {{schema}}.redelivery row set due_at = now() from {_AS_SEEN}
  and (row.due_at is null or row.due_at > now()) returning row.id
""",  # noqa: S608  constants
    Deed.DISCARD: f"delete from {{schema}}.redelivery row using {_AS_SEEN} returning row.id",  # noqa: S608  constants
}
