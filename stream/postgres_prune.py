"""Prunes one service's journal, stretch by stretch of the table, by an operator's command.

An entry may go if it is dated before the line and nothing needs it: no row of the queue is about it or answered by it,
and its subject has no document that is due or waits for a gate, whose old wake-ups would be queued again. An entry that
was tried again stays: nothing says when its outcome came.

The line is committed before anything goes. A look-up that no longer finds an entry also sees the line, because one
statement reads both (postgres.py).
"""

from datetime import datetime
from typing import Any, NamedTuple

from stream.postgres_session import Connection

STRETCH_PAGES = 64
"""Of 8 kB: a transaction that reads half a megabyte and deletes a few thousand rows at most."""


class Stretch(NamedTuple):
    """Consecutive pages of a journal, `end` not included."""

    begin: int
    end: int


class Counted(NamedTuple):
    """The contents of a stretch: `oldest_left` is the date of the oldest entry that stays."""

    rows: int
    to_go: int
    oldest_left: datetime | None


class Pruner:
    """Prunes the journal of one schema of what is dated before a line; sets its connection up for that."""

    def __init__(self, connection: Connection, schema: str, before: datetime) -> None:
        self._connection = connection
        self._schema = schema
        self._before = before
        self._kinds: list[str] = []

    async def begin(self) -> list[Stretch]:
        """Look how large the journal is; returns its stretches."""
        # So that the plan does not depend on the tables' size when it was made.
        await self._connection.execute("set enable_seqscan = off")
        self._kinds = [row["kind"] for row in await self._fetch(_KINDS)]
        pages = (await self._fetch(_PAGES))[0]["pages"]
        return [Stretch(at, min(at + STRETCH_PAGES, pages)) for at in range(0, pages, STRETCH_PAGES)]

    async def lock(self) -> bool:
        """Be the only one to prune this journal, as long as the connection stands; False if another does."""
        return bool((await self._fetch("select pg_try_advisory_lock(hashtext('{schema}.pruned')) as mine"))[0]["mine"])

    async def unlock(self) -> None:
        """Let others prune it."""
        await self._fetch("select pg_advisory_unlock(hashtext('{schema}.pruned'))")

    async def pruned_up_to(self) -> datetime | None:
        """The stored line."""
        rows = await self._fetch("select up_to from {schema}.pruned")
        return rows[0]["up_to"] if rows else None

    async def draw_line(self) -> None:
        """Store the line, unless a later one is stored. To be committed before anything goes."""
        await self._fetch(_LINE, self._before)

    async def count(self, stretch: Stretch) -> Counted:
        """Count the contents of this stretch."""
        (row,) = await self._fetch(_COUNT, *self._range(stretch))
        return Counted(*row)

    async def prune(self, stretch: Stretch) -> int:
        """Delete the rows that may go, in a transaction of its own; return how many."""
        (row,) = await self._fetch(_PRUNE, *self._range(stretch))
        return int(row["gone"])

    def _range(self, stretch: Stretch) -> tuple[object, ...]:
        return (stretch.begin, 0), (stretch.end, 0), self._before, self._kinds

    async def _fetch(self, sql: str, *values: object) -> Any:
        return await self._connection.fetch(sql.format(schema=self._schema), *values)


# The schema is a service's name, never a value.
_PAGES = "select pg_relation_size('{schema}.journal') / current_setting('block_size')::int as pages"
# From one kind to the next by the primary key: there are few kinds, and millions of documents.
_KINDS = """
with recursive known as (
  (select kind from {schema}.state order by kind limit 1)
  union all
  select (select s.kind from {schema}.state s where s.kind > known.kind order by s.kind limit 1)
  from known where known.kind is not null
)
select kind from known where kind is not null
"""
_LINE = """
insert into {schema}.pruned as p (up_to) values ($1)
on conflict (one) do update set up_to = greatest(p.up_to, excluded.up_to)
"""
_STRETCH = "j.ctid >= $1::tid and j.ctid < $2::tid"
# Scalar subqueries: for joins, the planner may read all documents for one stretch.
_MAY_GO = """
j.first_at < $3 and j.attempt = 1 and (select true from {schema}.redelivery r where r.id = j.id) is null
  and j.id <> all (array(select answered_by from {schema}.redelivery where answered_by is not null))
  and (
    select true from {schema}.state s
    where s.kind = any($4::text[]) and s.key = j.subject and (s.due_at is not null or s.waits_for <> '{{}}') limit 1
  ) is null
"""
_COUNT = f"""
select count(*), count(*) filter (where may_go), min(first_at) filter (where not may_go)
from (select j.first_at, {_MAY_GO} as may_go from {{schema}}.journal j where {_STRETCH} offset 0) stretch
"""  # noqa: S608  constants
_PRUNE = f"""
with gone as (delete from {{schema}}.journal j where {_STRETCH} and {_MAY_GO} returning 1)
select count(*) as gone from gone
"""  # noqa: S608  constants
