"""How the processors stand whose confirmation held registrations wait for: who has to act follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ops.servers.administrator import Database
from ops.story.remembered import Remembered
from services.intake.documents import Answer
from services.intake.processor import confirmed_by


async def with_processors(database: Database, known: Sequence[Remembered]) -> list[Remembered]:
    """The same, with what was answered to them; where there are several, one that a.s.r. has still to review counts."""
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
