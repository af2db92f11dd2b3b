"""Registrations with their stories, as they stand now; nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ops.servers.administrator import Database
from ops.story.reading import remembered, told
from ops.story.registration_view import RegistrationView
from ops.story.remembered import Remembered
from ops.story.view import view
from services.intake.documents import Answer
from services.intake.processor import confirmed_by


async def registrations(database: Database, ids: Sequence[str]) -> list[RegistrationView]:
    """These registrations, in this order; those that no service has heard of are left out."""
    now: datetime = await database.fetchval("select now()")
    known = await _with_processors(database, await told(database, await remembered(database, ids)))
    return [view(one, now) for one in known]


async def _with_processors(database: Database, known: Sequence[Remembered]) -> list[Remembered]:
    """The same, with the answer to the processor that is waited for; of several, one still to be reviewed counts."""
    wanted = {
        one.registration: confirmed_by(one.intake.email, one.intake.package)
        for one in known
        if one.intake and "PROCESSOR_CONFIRMATION" in one.intake.waits and one.intake.email and one.intake.package
    }
    rows = await database.fetch(_PROCESSORS, sorted({key for keys in wanted.values() for key in keys}))
    answers: Mapping[str, Answer] = {row["key"]: row["answer"] for row in rows}
    found = {one: sorted(answers[key] for key in keys if key in answers) for one, keys in wanted.items()}
    return [replace(one, processor=next(iter(found.get(one.registration, ())), None)) for one in known]


_PROCESSORS = """
select p.key, r.document ->> 'answer' as answer from intake.state p
join intake.state r on r.kind = 'intake' and r.key = p.document ->> 'registration'
where p.kind = 'processor' and p.key = any($1::text[])
  and r.document ->> 'answer' in ('applied', 'confirmed', 'declined')
"""
