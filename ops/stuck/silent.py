"""Finds the registrations that have been silent for too long, by reading all documents of three services.

It reads a stretch of keys at a time: so no statement takes long, Ctrl-C works, and progress can be shown. Of what is
found, only what is shown is kept.
"""

from collections.abc import Mapping
from heapq import nsmallest
from typing import Any

import click

from ops.servers.administrator import Database
from ops.terminal.limited_list import Limited
from ops.terminal.telling import Telling
from schemas.flow import SERVICES
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake
from services.monitor.stage import Stage
from services.provisioning.documents import LinkStage, Provisioning
from stream.clock import Clock, SystemClock

STRETCH_DOCUMENTS = 20_000


class SilentRegistrations:
    """The registrations that have been silent for longer than `silences_s` allows; other stages are left out.

    `held_up`: whether those that a parked record holds up are included.
    """

    def __init__(
        self,
        database: Database,
        silences_s: Mapping[Stage, int],
        *,
        held_up: bool,
        stretch_documents: int = STRETCH_DOCUMENTS,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._stages = list(silences_s)
        self._silences_s = [float(seconds) for seconds in silences_s.values()]
        self._held_up = held_up
        self._stretch_documents = stretch_documents

    async def oldest(self, limit: int) -> Limited[Any]:
        """Rows (`key`, `stage`, `since`, `silent_s`) of the `limit` oldest; says now and then how far it is."""
        found = Limited[Any]((), 0)
        begun, stretches, telling = "", 0, Telling(self._clock)
        while (end := await self._database.fetchval(_END, begun, self._stretch_documents)) is not None:
            found = await self._with_stretch(found, begun, end, limit)
            begun, stretches = end, stretches + 1
            if telling.is_due():
                click.echo(f"about {stretches * self._stretch_documents:,} registrations looked at", err=True)
        return found

    async def _with_stretch(self, found: Limited[Any], begun: str, end: str, limit: int) -> Limited[Any]:
        rows = await self._database.fetch(_SILENT, limit, begun, end, self._stages, self._silences_s, self._held_up)
        oldest = nsmallest(limit, [*found.shown, *rows], key=lambda row: (row["since"], row["key"]))
        return Limited(oldest, found.total + (rows[0]["total"] if rows else 0))


# Materialized, so that each document is read and its fields are extracted once, before the joins.
_READ = f"""
i as materialized (
  select key, document ->> 'answer' as answer, coalesce((document ->> 'cycle')::int, 1) as cycle,
    document ->> 'ended' as ended, document ->> 'since' as since, document ->> 'held_since' as held_since,
    document ->> 'overdue' as overdue
  from intake.state where kind = '{Intake.kind}' and key > $2 and key <= $3
), e as materialized (
  select key, document ->> 'reason' as reason, (document ->> 'cycle')::int as cycle,
    document ->> 'ended' as ended, document ->> 'since' as since
  from enrichment.state where kind = '{Enrichment.kind}' and key > $2 and key <= $3 and document is not null
), p as materialized (
  select key, (document ->> 'cycle')::int as cycle, document ->> 'ended' as ended, document -> 'links' as links
  from provisioning.state where kind = '{Provisioning.kind}' and key > $2 and key <= $3 and document is not null
)
"""  # noqa: S608  constants
# The same as `ops.story.standing`, for the stages that can wait.
_STANDING = f"""
select key, case i.answer when 'held' then '{Stage.HELD}' when 'applied' then '{Stage.PROCESSOR_APPLIED}'
    when 'requested' then '{Stage.LINK_REQUESTED}' else '{Stage.ACCEPTED}' end as stage,
  (case i.answer when 'held' then coalesce(i.held_since, i.since) else i.since end)::timestamptz as since
from i left join e using (key)
where i.ended is null and (
  i.answer in ('held', 'applied') or i.answer = 'requested' and i.overdue = 'true'
  or i.answer = 'submitted' and coalesce(e.cycle, 0) < i.cycle)
union all
select key, case when e.reason is null then '{Stage.ENRICHED}' else '{Stage.AWAITING_POLICY}' end,
  e.since::timestamptz
from e left join p using (key)
where e.ended is distinct from 'true' and (e.reason is not null or coalesce(p.cycle, 0) < e.cycle)
union all
select key, case link ->> 'stage' when '{LinkStage.REQUESTED}' then '{Stage.REQUESTED}'
    when '{LinkStage.ACCEPTED}' then '{Stage.ACCEPTED_BY_KEYLANE}' else '{Stage.CUSTOMER_ACTION_NEEDED}' end,
  (link ->> 'since')::timestamptz
from p, jsonb_array_elements(p.links) link
where p.ended is null
  and link ->> 'stage' in ('{LinkStage.REQUESTED}', '{LinkStage.ACCEPTED}', '{LinkStage.ACTION_NEEDED}')
"""  # noqa: S608  constants
_STOPS = "kind = 'parked' and blocks and not handled and due_at is null"
# As `ParkedRow.stops`.
_HELD_UP = " or ".join(
    f"exists (select from {party.name}.redelivery where key = silent.key and {_STOPS})" for party in SERVICES
)
_SILENT = f"""
with {_READ}, standing as ({_STANDING}), silent as (
  select distinct on (key) key, stage, since
  from standing join unnest($4::text[], $5::float[]) as allowed (stage, silence_s) using (stage)
  where since < now() - silence_s * interval '1 s' order by key, since
)
select key, stage, since, extract(epoch from now() - since) as silent_s, count(*) over () as total
from silent where $6 or not ({_HELD_UP}) order by since, key limit $1
"""  # noqa: S608  constants
# The key that ends the next stretch: at most $2 documents of each table lie before it. After the last stretch: null.
_ENDS = " union all ".join(
    f"""
select (select key from {table} where kind = '{kind}' and key > $1 order by key offset $2::int - 1 limit 1) as "full",
  (select max(key) from {table} where kind = '{kind}' and key > $1) as last
"""  # noqa: S608  constants
    for table, kind in (
        ("intake.state", Intake.kind),
        ("enrichment.state", Enrichment.kind),
        ("provisioning.state", Provisioning.kind),
    )
)
_END = f'select coalesce(min("full"), max(last)) from ({_ENDS}) ends'  # noqa: S608  constants
