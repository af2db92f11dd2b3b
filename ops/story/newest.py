"""The newest registrations, and what stands below their list: how many there are in all, and wait for what."""

from ops.servers.administrator import Database
from ops.terminal.output import wrapped
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake

COUNTED_MAX = 10_000


async def count_registrations(database: Database) -> int:
    """How many registrations there are; counting stops at `COUNTED_MAX` + 1, to be quick."""
    return int(await database.fetchval(_COUNT, COUNTED_MAX + 1))


async def beside(database: Database, shown: int) -> list[str]:
    """The lines below a list of the `shown` newest: how many are older, and how many wait for what."""
    total = await count_registrations(database)
    older = [_older(total, shown)] if total > shown else []
    return [*older, *await waiting(database)]


def _older(total: int, shown: int) -> str:
    if total > COUNTED_MAX:
        return f"and more than {max(COUNTED_MAX - shown, 0)} older: --limit shows more"
    return f"and {total - shown} older: --limit {total} shows all"


async def waiting(database: Database) -> list[str]:
    """A line with each code that is waited for and how often, most often first; none where nothing waits.

    A registration may wait for several things.
    """
    counts = [f"{row['waits']:,} {row['code']}" for row in await database.fetch(_WAITING)]
    return wrapped(f"waiting: {', '.join(counts)}", rest="  ") if counts else []


async def newest(database: Database, *, limit: int) -> list[str]:
    """The ids of the `limit` newest registrations, the newest first."""
    return [row["key"] for row in await database.fetch(_NEWEST, limit)]


_DOCUMENTED = f"""
select key, document ->> 'since' as since from intake.state where kind = '{Intake.kind}' and document is not null
"""  # noqa: S608  constants
# A form that intake parked has no document yet. A subquery for each: for a join the planner may read all documents.
_PARKED_FORMS = f"""
select key, to_char(first_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from intake.redelivery row
where key <> '' and kind = 'parked' and blocks and not handled and (
  select true from intake.state s where s.kind = '{Intake.kind}' and s.key = row.key and s.document is not null
) is null
"""  # noqa: S608  constants
# A parked form can only be among the newest if it came after the oldest of the newest documents.
_NEWEST = f"""
with documented as materialized ({_DOCUMENTED} order by document ->> 'since' desc limit $1)
select key from (
  select key, since from documented union all (
    {_PARKED_FORMS} and first_at >= (
      select case count(*) when $1 then min(since)::timestamptz else '-infinity' end from documented
    ) order by first_at desc limit $1
  )
) known group by key order by min(since) desc, key limit $1
"""  # noqa: S608  constants
_COUNT = f"""
select documented + case when documented < $1 then (select count(*) from ({_PARKED_FORMS} limit $1) few) else 0 end
from (select count(*) as documented from ({_DOCUMENTED} limit $1) few) known
"""  # noqa: S608  constants
# `waits_for` has an index, so documents that do not wait are not read.
_WAITING = f"""
select code, count(*) as waits from (
  select jsonb_array_elements_text(document -> 'waits') as code from intake.state
  where kind = '{Intake.kind}' and waits_for <> '{{}}' and document ->> 'answer' = 'held'
  union all
  select document ->> 'reason' from enrichment.state
  where kind = '{Enrichment.kind}' and waits_for <> '{{}}' and document ->> 'reason' is not null
) known group by code order by waits desc, code
"""  # noqa: S608  constants
