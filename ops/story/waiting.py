"""How many registrations wait for what."""

from ops.servers.administrator import Database
from ops.terminal.output import wrapped
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake


async def waiting(database: Database) -> list[str]:
    """A line with each code that is waited for and how often, most often first; none where nothing waits.

    A registration may wait for several things.
    """
    counts = [f"{row['waits']:,} {row['code']}" for row in await database.fetch(_WAITING)]
    return wrapped(f"waiting: {', '.join(counts)}", rest="  ") if counts else []


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
