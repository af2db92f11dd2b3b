"""Registrations as they stand now, read from what the services keep; nothing is changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from ops.administrator import Database
from ops.parked_row import ParkedRow
from ops.parked_rows import parked_rows
from ops.registration import MailView, RegistrationView
from ops.standing import Remembered, view
from schemas.flow import TIMELINE
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake, Reference
from services.provisioning.documents import Provisioning
from services.timeline.documents import Timeline
from stream.document import Document

PARKED_MAX = 1_000
COUNTED_MAX = 10_000

D = TypeVar("D", bound=Document)

_MAIL_STATUS = {"SENT": "sent", "FAILED": "failed", "UNCERTAIN": "uncertain"}


async def count_registrations(database: Database) -> int:
    """How many registrations there are; of more than `COUNTED_MAX` no more than that is known, and that at once."""
    return int(await database.fetchval(_COUNT, COUNTED_MAX + 1))


async def newest_registrations(database: Database, *, limit: int) -> list[RegistrationView]:
    """The `limit` newest registrations, the newest first."""
    rows = await database.fetch(_NEWEST, limit)
    return await registrations(database, [row["key"] for row in rows])


async def registrations(database: Database, ids: Sequence[str]) -> list[RegistrationView]:
    """These registrations, in this order; those that no service has heard of are left out."""
    now: datetime = await database.fetchval("select now()")
    intakes = await _documents(database, "intake", Intake, ids)
    enrichments = await _documents(database, "enrichment", Enrichment, ids)
    provisionings = await _documents(database, "provisioning", Provisioning, ids)
    timelines = await _documents(database, TIMELINE.name, Timeline, ids)
    mails = await _mails(database, ids)
    parked = _by_registration(await parked_rows(database, limit=PARKED_MAX, registrations=ids))
    remembered = (
        Remembered(
            one,
            intake=intakes.get(one),
            enrichment=enrichments.get(one),
            provisioning=provisionings.get(one),
            mails=mails[one],
            parked=parked[one],
            timeline=timelines.get(one),
        )
        for one in ids
        if one in intakes or parked[one]
    )
    return [view(one, now) for one in remembered]


async def find_registration(database: Database, quoted: str) -> str | None:
    """The id of the registration with this reference; None when there is none."""
    found = await database.fetchval(_QUOTED, Reference.kind, quoted)
    if found is None:
        parked = await parked_rows(database, limit=PARKED_MAX)
        found = next((row.registration for row in parked if row.reference == quoted), None)
    return found and str(found)


async def _documents(database: Database, schema: str, kind: type[D], ids: Sequence[str]) -> dict[str, D]:
    rows = await database.fetch(_DOCUMENTS.format(schema=schema), kind.kind, ids)
    return {row["key"]: kind.model_validate_json(row["document"]) for row in rows}


async def _mails(database: Database, ids: Sequence[str]) -> Mapping[str, tuple[MailView, ...]]:
    mails: defaultdict[str, tuple[MailView, ...]] = defaultdict(tuple)
    for row in await database.fetch(_MAILS, ids):
        mails[row["subject"]] += (_mail(row),)
    return mails


def _mail(row: Any) -> MailView:
    return MailView(
        kind=row["kind"],
        occasion=row["occasion"],
        status=_MAIL_STATUS.get(row["status"], "planned"),
        at=row["finished_at"] or row["body_started_at"] or row["planned_at"],
        attempts=row["attempts"],
    )


def _by_registration(rows: Iterable[ParkedRow]) -> Mapping[str, tuple[ParkedRow, ...]]:
    found: defaultdict[str, tuple[ParkedRow, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.registration or ""] += (row,)
    return found


# A form that intake parked has no document yet. Asked for each: as a join, the planner may read all documents.
_DOCUMENTED = f"""
select key, document ->> 'since' as since from intake.state where kind = '{Intake.kind}' and document is not null
"""  # noqa: S608  constants
_PARKED_FORMS = f"""
select key, to_char(min(first_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from intake.redelivery row
where key <> '' and kind = 'parked' and blocks and not handled and (
  select true from intake.state s where s.kind = '{Intake.kind}' and s.key = row.key and s.document is not null
) is null group by key
"""  # noqa: S608  constants
_NEWEST = f"""
select key from (
  ({_DOCUMENTED} order by document ->> 'since' desc limit $1) union all ({_PARKED_FORMS})
) known order by since desc, key limit $1
"""  # noqa: S608  constants
_COUNT = f"select count(*) from (({_DOCUMENTED} limit $1) union all ({_PARKED_FORMS} limit $1)) known"  # noqa: S608
_DOCUMENTS = """
select key, document - 'waiting' as document from {schema}.state
where kind = $1 and key = any($2::text[]) and document is not null
"""
_QUOTED = "select document ->> 'registration' from intake.state where kind = $1 and key = $2"
_MAILS = """
select subject, kind, occasion, status, attempts, planned_at, body_started_at, finished_at from notifier.effect
where subject = any($1::text[]) order by planned_at, occasion
"""
