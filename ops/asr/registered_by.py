"""What a processor has registered for employers, as the review of its own registration affects that."""

from collections.abc import Iterator, Sequence

from ops.asr.processor import ProcessorView
from ops.servers.administrator import Database
from ops.terminal.output import wrapped
from payroll.packages import packages
from services.intake import gate
from services.intake.documents import Intake
from services.intake.processor import confirmed_by

SHOWN_MAX = 20


async def decline_lines(database: Database, processor: ProcessorView) -> list[str]:
    """What it has registered, and what becomes of that when it is declined.

    A link whose correction is held counts as going on.
    """
    mine = gate.of_processor(processor.email, processor.package)
    slugs = [slug for slug in packages() if mine in confirmed_by(processor.email, slug)]
    rows = await database.fetch(_REGISTERED, Intake.kind, processor.email, slugs)
    held, going_on = ([row["reference"] for row in rows if row["held"] is so] for so in (True, False))
    return [
        *_listed("registered by it, and stays held", held),
        *_listed("registered by it, and goes on as it is (under way, or works)", going_on),
    ]


def _listed(what: str, references: Sequence[str]) -> Iterator[str]:
    yield from wrapped(f"{what}: {len(references)}", rest="  ")
    more = [f"and {len(references) - SHOWN_MAX} more"] if len(references) > SHOWN_MAX else []
    yield from wrapped(", ".join((*references[:SHOWN_MAX], *more)), "  ", "  ")


_REGISTERED = """
select document ->> 'reference' as reference,
  document ->> 'answer' = 'held' and document ->> 'stands' is null as held
from intake.state
where kind = $1 and document ->> 'answer' in ('held', 'submitted')
  and document -> 'form' ->> 'kind' = 'employer_registration'
  and lower(document ->> 'email') = lower($2) and document ->> 'package' = any($3::text[])
order by document ->> 'since'
"""
