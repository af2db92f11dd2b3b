"""What a processor has registered for employers, as the review of its own registration affects that."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ops.asr.processor import ProcessorView
from ops.servers.administrator import Database
from ops.terminal.output import wrapped
from payroll.packages import packages
from services.intake import gate
from services.intake.documents import Intake
from services.intake.processor import confirmed_by

SHOWN_MAX = 20


class RegisteredBy(NamedTuple):
    """References: of held registrations, and of those that were submitted and have not ended, under way or working."""

    held: tuple[str, ...]
    going_on: tuple[str, ...]


async def registered_by(database: Database, processor: ProcessorView) -> RegisteredBy:
    """What it has registered; a link whose correction is held counts as going on."""
    mine = gate.of_processor(processor.email, processor.package)
    slugs = [slug for slug in packages() if mine in confirmed_by(processor.email, slug)]
    found: dict[bool, list[str]] = {True: [], False: []}
    for row in await database.fetch(_REGISTERED, Intake.kind, processor.email, slugs):
        found[row["held"]].append(row["reference"])
    return RegisteredBy(tuple(found[True]), tuple(found[False]))


def decline_lines(found: RegisteredBy) -> Iterator[str]:
    """What becomes of these when the processor is declined."""
    yield from _listed("registered by it, and stays held", found.held)
    yield from _listed("registered by it, and goes on as it is (under way, or works)", found.going_on)


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
