"""`koppeling policies match`: the numbers that somebody found for a registration that waits for its policy."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.actions.looking_at import record_look, shown_registration
from ops.servers.administrator import Database, changing, looking
from ops.story.find_registration import find_registration
from ops.story.reading import documents
from ops.terminal.output import say
from payroll.address_key import address_key
from payroll.loonheffingennummer import mask
from payroll.packages import packages
from schemas.flow import ENRICHMENT
from schemas.ids import reference
from schemas.values import Registration
from services.enrichment import gate
from services.enrichment.documents import Enrichment
from services.enrichment.policies import MatchRow, load_matches
from services.intake import claim_key
from services.intake.documents import Claim, Intake
from services.intake.found_numbers import FoundNumbers
from stream.document import DocumentKey
from stream.postgres_gates import wake

TO_MATCH = "to match it with its policy"


class Match(NamedTuple):
    """A registration that waits in this cycle, the numbers found for it, and whether their policy is there."""

    row: MatchRow
    waiting: Registration
    cycle: int
    insured: bool


async def _planned(database: Database, quoted: str, contract: str, lhnr: str) -> Match:
    """The match of this registration with these numbers.

    Raises:
        ClickException: no such registration waits for its policy, or another one has a connection under these numbers.
    """
    found = await find_registration(database, quoted)
    known = await database.fetchval(_DOCUMENT, Enrichment.kind, found)
    enrichment = Enrichment.model_validate_json(known) if known else None
    if found is None or enrichment is None or (waiting := enrichment.waiting) is None:
        raise click.ClickException(f"no registration with reference {quoted} waits for its policy")
    row = MatchRow(found, contract, lhnr, gate.typed(waiting))
    if taken := await _taken(database, row, waiting):
        raise click.ClickException(
            f"{taken} has a connection of this one under these numbers: have one of the two withdrawn first"
        )
    insured = await database.fetchval(_POLICY, contract, lhnr)
    return Match(row, waiting, enrichment.cycle, bool(insured))


async def _note(database: Database, match: Match, why: str) -> None:
    """Let it go on with these numbers, and record that. Inside one transaction."""
    before = _shown(match.waiting.raamwerkcontractnummer, match.waiting.loonheffingennummer)
    after = _shown(match.row.raamwerkcontractnummer, match.row.loonheffingennummer)
    change = Change(ENRICHMENT.name, match.waiting.reference, match.row.registration, before, after)
    command = await record_actions(database, Deed.MATCH_POLICY, why, [change])
    await database.execute("set local search_path = intake")
    row = match.row
    found = FoundNumbers(match.cycle, row.raamwerkcontractnummer, row.loonheffingennummer)
    await wake(database, DocumentKey(Intake.kind, row.registration), found.text, str(command))
    await database.execute("set local search_path = enrichment")
    await load_matches(database, [match.row])


def _lines(match: Match) -> Iterator[str]:
    """The plan, for people."""
    waiting, row = match.waiting, match.row
    yield f"{waiting.reference}  {waiting.company_name}, {packages()[waiting.package].title}"
    yield f"  in its form: {_said(_shown(waiting.raamwerkcontractnummer, waiting.loonheffingennummer))}"
    yield f"  found:       {_said(_shown(row.raamwerkcontractnummer, row.loonheffingennummer))}"
    yield "  their policy is there: it goes on" if match.insured else "  their policy is not there yet: it waits for it"


async def _taken(database: Database, row: MatchRow, waiting: Registration) -> str | None:
    """The reference of another live registration that is in the way."""
    names = claim_key.of_match(waiting, row.loonheffingennummer, row.raamwerkcontractnummer)
    keys = {key: key == one.shared for one in names for key in one.keys}
    processor = address_key(waiting.email) if waiting.kind == "employer_registration" else None
    for key, claim in (await documents(database, "intake", Claim, list(keys))).items():
        if other := claim.in_the_way(row.registration, shares=keys[key], processor=processor):
            return reference(other.registration)
    return None


def _shown(contract: str | None, lhnr: str | None) -> dict[str, str | None]:
    return {"raamwerkcontractnummer": contract, "loonheffingennummer": mask(lhnr) if lhnr else None}


def _said(numbers: dict[str, str | None]) -> str:
    return ", ".join(f"{name} {number or 'not given'}" for name, number in numbers.items())


async def match_policy(url: str, quoted: str, numbers: tuple[str, str], why: str | None) -> None:
    """Show the numbers found for it; let it go on with them when there is a reason."""
    async with looking(url) if why is None else changing(url) as database:
        plan = await _planned(database, quoted, *numbers)
        await record_look(url, shown_registration("policies", plan.row.registration), why or TO_MATCH)
        click.echo("\n".join(_lines(plan)))
        if why is not None:
            await _note(database, plan, why)
    say(NOT_APPLIED if why is None else "noted: enrichment takes it up in its turn")


_DOCUMENT = "select document from enrichment.state where kind = $1 and key = $2"
_POLICY = "select true from enrichment.policy where raamwerkcontractnummer = $1 and loonheffingennummer = $2"
