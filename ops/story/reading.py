"""Reads what the services keep about registrations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ops.parked.row import ParkedRow
from ops.parked.rows import parked_rows
from ops.servers.administrator import Database, of_service
from ops.story.mail_view import MailView
from ops.story.policy_now import policies_now
from ops.story.remembered import Remembered
from schemas.flow import TIMELINE
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake
from services.provisioning.documents import Provisioning
from services.timeline.documents import Timeline
from stream.document import Document

D = TypeVar("D", bound=Document)


async def remembered(database: Database, ids: Sequence[str]) -> list[Remembered]:
    """These registrations, in this order, without what only a full story needs; unknown ones are left out."""
    intakes = await documents(database, "intake", Intake, ids)
    enrichments = await documents(database, "enrichment", Enrichment, ids)
    provisionings = await documents(database, "provisioning", Provisioning, ids)
    parked = _by_registration(await parked_rows(database, registrations=ids))
    return [
        Remembered(
            one,
            intake=intakes.get(one),
            enrichment=enrichments.get(one),
            provisioning=provisionings.get(one),
            parked=parked[one],
        )
        for one in ids
        if one in intakes or parked[one]
    ]


async def told(database: Database, known: Sequence[Remembered]) -> list[Remembered]:
    """The same registrations, with their mails, timelines and policies."""
    ids = [one.registration for one in known]
    timelines = await documents(database, TIMELINE.name, Timeline, ids)
    mails = await _mails(database, ids)
    policies = await policies_now(database, ids)
    return [
        replace(
            one,
            mails=mails[one.registration],
            timeline=timelines.get(one.registration),
            policy=policies.get(one.registration),
        )
        for one in known
    ]


async def documents(database: Database, schema: str, kind: type[D], ids: Sequence[str]) -> dict[str, D]:
    """The service's documents of this kind under these keys."""
    rows = await database.fetch(of_service(_DOCUMENTS, schema), kind.kind, ids)
    return {row["key"]: kind.model_validate_json(row["document"]) for row in rows}


async def _mails(database: Database, ids: Sequence[str]) -> Mapping[str, tuple[MailView, ...]]:
    mails: defaultdict[str, tuple[MailView, ...]] = defaultdict(tuple)
    for row in await database.fetch(_MAILS, ids):
        mail = dict(row)
        mails[mail.pop("subject")] += (MailView(**mail),)
    return mails


def _by_registration(rows: Iterable[ParkedRow]) -> Mapping[str, tuple[ParkedRow, ...]]:
    found: defaultdict[str, tuple[ParkedRow, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.registration or ""] += (row,)
    return found


_DOCUMENTS = """
select key, document - 'waiting' as document from {schema}.state
where kind = $1 and key = any($2::text[]) and document is not null
"""
_MAILS = """
select subject, kind, occasion, role, epoch, attempts, body_started_at as begun_at,
  case when status in ('SENT', 'FAILED', 'UNCERTAIN') then lower(status) else 'planned' end as status,
  coalesce(finished_at, body_started_at, planned_at) as at,
  lower(payload ->> 'email') is distinct from first_value(lower(payload ->> 'email')) over same as elsewhere
from notifier.effect where subject = any($1::text[])
window same as (partition by subject, kind, occasion, role order by epoch) order by planned_at, occasion
"""
