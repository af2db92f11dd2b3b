"""Reads registrations with their full stories."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ops.servers.administrator import Database
from ops.story.reading import documents, remembered, told
from ops.story.registration_view import RegistrationView
from ops.story.remembered import Remembered
from ops.story.view import view
from schemas.ids import RegistrationId
from services.intake.documents import Answer, Claim, Intake
from services.intake.held_registration import gave_way_to
from services.intake.named_form import read_kept
from services.intake.processor import confirmed_by
from stream.service import Case, Due, WorkingSet


async def registrations(database: Database, ids: Sequence[str]) -> list[RegistrationView]:
    """The stories of these registrations, in this order; unknown ones are left out."""
    now: datetime = await database.fetchval("select now()")
    known = await _with_processors(database, await told(database, await remembered(database, ids)))
    known = await _with_holders(database, known, now)
    return [view(one, now) for one in known]


async def _with_processors(database: Database, known: Sequence[Remembered]) -> list[Remembered]:
    """The same, with the answer to the processor that each waits for; of several answers, "applied" comes first."""
    wanted = {
        one.registration: confirmed_by(one.intake.email, one.intake.package)
        for one in known
        if one.intake and "PROCESSOR_CONFIRMATION" in one.intake.waits and one.intake.email and one.intake.package
    }
    rows = await database.fetch(_PROCESSORS, sorted({key for keys in wanted.values() for key in keys}))
    answers: Mapping[str, Answer] = {row["key"]: row["answer"] for row in rows}
    found = {one: sorted(answers[key] for key in keys if key in answers) for one, keys in wanted.items()}
    return [replace(one, processor=next(iter(found.get(one.registration, ())), None)) for one in known]


async def _with_holders(database: Database, known: Sequence[Remembered], now: datetime) -> list[Remembered]:
    """The same; held ones that gave way have the registrations that were let in instead."""
    keys = {key for one in known if one.intake and one.intake.answer == "held" for key in one.intake.claims}
    claims = await documents(database, "intake", Claim, sorted(keys)) if keys else {}
    kept = WorkingSet({Claim.at(key): claim for key, claim in claims.items()})
    return [replace(one, holders=_holders(one, kept, now)) for one in known]


def _holders(one: Remembered, kept: WorkingSet, now: datetime) -> tuple[RegistrationId, ...]:
    registration = RegistrationId(one.registration)
    if one.intake is None or one.intake.answer != "held":
        return ()
    case = Case(registration, Due(Intake.at(one.registration), now), None, kept, None, now)
    return gave_way_to(case, one.intake, read_kept(one.intake, registration))


_PROCESSORS = """
select p.key, r.document ->> 'answer' as answer from intake.state p
join intake.state r on r.kind = 'intake' and r.key = p.document ->> 'registration'
where p.kind = 'processor' and p.key = any($1::text[])
  and r.document ->> 'answer' in ('applied', 'confirmed', 'declined')
"""
