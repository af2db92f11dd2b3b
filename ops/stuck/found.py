"""Who is stuck, by what the services remember; the limits are those of the live view's alerts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.administrator import Database
from ops.paused import paused_services
from ops.registration import RegistrationView
from ops.registrations import registrations
from ops.stage import Stage
from ops.view import View
from schemas.flow import ENRICHMENT, PROVISIONING, SERVICES
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake
from services.provisioning.documents import LinkStage, Provisioning

WAITS_FOR = {
    Stage.PROCESSOR_APPLIED: "a.s.r.'s review",
    Stage.HELD: "what it is held for",
    Stage.ACCEPTED: ENRICHMENT.name,
    Stage.AWAITING_POLICY: "its policy",
    Stage.ENRICHED: PROVISIONING.name,
    Stage.REQUESTED: "Keylane",
    Stage.ACCEPTED_BY_KEYLANE: "Keylane",
    Stage.CUSTOMER_ACTION_NEEDED: "the customer",
}
"""All stages that end, but the first: a form that no service has taken yet waits in its topic, and counts as lag."""

OURS = {
    Stage.ACCEPTED: ENRICHMENT.name,
    Stage.ENRICHED: PROVISIONING.name,
    Stage.REQUESTED: PROVISIONING.name,
}
"""Where something of ours may have been lost, and whose step it is: nobody else has said yet that it has it."""


class StuckRegistration(View):
    """A registration, in seconds: how long it has been silent at its stage, and how long it may be.

    `held_up`: by a parked record or a paused service, which comes first.
    """

    registration: str
    reference: str
    company_name: str | None
    stage: Stage
    since: datetime
    silent_s: int
    allowed_s: int
    waits_for: str
    held_up: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """The oldest of them, and how many there are."""

    listed: Sequence[StuckRegistration]
    total: int


async def find_stuck(
    database: Database,
    silences_s: Mapping[Stage, int],
    stages: Collection[Stage],
    *,
    limit: int,
    held_up: bool = True,
) -> Stuck:
    """Those at these stages, with or without those that are held up.

    Every document is looked at, in a transaction: seconds where there are a million.
    """
    await database.execute(f"set local statement_timeout = '{_STATEMENT_TIMEOUT}'")
    paused = {one.service for one in await paused_services(database)}
    wanted = [stage for stage in stages if held_up or OURS.get(stage) not in paused]
    rows = await database.fetch(_STUCK, limit, wanted, held_up, *(float(silences_s[stage]) for stage in _LIMITS))
    views = {view.registration: view for view in await registrations(database, [row["key"] for row in rows])}
    listed = [_stuck(row, views[row["key"]], silences_s, paused) for row in rows if row["key"] in views]
    return Stuck(listed, rows[0]["total"] if rows else 0)


def _stuck(row: Any, seen: RegistrationView, silences_s: Mapping[Stage, int], paused: set[str]) -> StuckRegistration:
    stage = Stage(row["stage"])
    return StuckRegistration(
        registration=seen.registration,
        reference=seen.reference,
        company_name=seen.company_name,
        stage=stage,
        since=row["since"],
        silent_s=int(row["silent_s"]),
        allowed_s=silences_s[stage],
        waits_for=_waits_for(stage, seen, paused),
        held_up=seen.blocked or OURS.get(stage) in paused,
    )


def _waits_for(stage: Stage, seen: RegistrationView, paused: set[str]) -> str:
    if seen.blocked:
        return "a parked record"
    waits_for, ours = WAITS_FOR[stage], OURS.get(stage)
    if ours in paused:
        return f"{ours}, which is paused"
    codes = ", ".join(reason.code for reason in seen.why) if stage in (Stage.HELD, Stage.AWAITING_POLICY) else ""
    return f"{waits_for}: {codes}" if codes else waits_for


_STATEMENT_TIMEOUT = "120s"
_LIMITS = tuple(WAITS_FOR)
_LIMIT = {stage: f"${number}::float * interval '1 s'" for number, stage in enumerate(_LIMITS, 4)}
_INTAKE = f"""
select i.key, case i.document ->> 'answer'
    when 'held' then '{Stage.HELD}' when 'applied' then '{Stage.PROCESSOR_APPLIED}'
    else '{Stage.ACCEPTED}' end as stage,
  (case i.document ->> 'answer' when 'held' then coalesce(i.document ->> 'held_since', i.document ->> 'since')
    else i.document ->> 'since' end)::timestamptz as since
from intake.state i
left join enrichment.state e on e.kind = '{Enrichment.kind}' and e.key = i.key and e.document is not null
where i.kind = '{Intake.kind}' and i.document ->> 'ended' is null and (
  i.document ->> 'answer' in ('held', 'applied') or i.document ->> 'answer' = 'submitted'
    and coalesce((e.document ->> 'cycle')::int, 0) < coalesce((i.document ->> 'cycle')::int, 1))
"""  # noqa: S608  constants
_ENRICHMENT = f"""
select e.key, case when e.document ->> 'reason' is null then '{Stage.ENRICHED}' else '{Stage.AWAITING_POLICY}' end,
  (e.document ->> 'since')::timestamptz
from enrichment.state e
left join provisioning.state p on p.kind = '{Provisioning.kind}' and p.key = e.key and p.document is not null
where e.kind = '{Enrichment.kind}' and e.document ->> 'ended' is distinct from 'true' and (
  e.document ->> 'reason' is not null
    or coalesce((p.document ->> 'cycle')::int, 0) < (e.document ->> 'cycle')::int)
"""  # noqa: S608  constants
_PROVISIONING = f"""
select p.key, case link ->> 'stage' when '{LinkStage.REQUESTED}' then '{Stage.REQUESTED}'
    when '{LinkStage.ACCEPTED}' then '{Stage.ACCEPTED_BY_KEYLANE}' else '{Stage.CUSTOMER_ACTION_NEEDED}' end,
  (link ->> 'since')::timestamptz
from provisioning.state p, jsonb_array_elements(p.document -> 'links') link
where p.kind = '{Provisioning.kind}' and p.document ->> 'ended' is null
  and link ->> 'stage' in ('{LinkStage.REQUESTED}', '{LinkStage.ACCEPTED}', '{LinkStage.ACTION_NEEDED}')
"""  # noqa: S608  constants
_STOPS = "kind = 'parked' and blocks and not handled and due_at is null"
_ALLOWED = " ".join(f"when '{stage}' then {limit}" for stage, limit in _LIMIT.items())
# As `ParkedRow.stops`.
_HELD_UP = " or ".join(
    f"exists (select from {stage.name}.redelivery where key = silent.key and {_STOPS})" for stage in SERVICES
)
_STUCK = f"""
with standing as ({_INTAKE} union all {_ENRICHMENT} union all {_PROVISIONING}), silent as (
  select distinct on (key) key, stage, since from standing
  where stage = any($2::text[]) and since < now() - case stage {_ALLOWED} end order by key, since
)
select key, stage, since, extract(epoch from now() - since) as silent_s, count(*) over () as total
from silent where $3 or not ({_HELD_UP}) order by since, key limit $1
"""  # noqa: S608  constants
