"""`koppeling processors move`: what waits for a processor at an address that it has left follows it to the new one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.actions.looking_at import listed_registrations, record_look
from ops.asr.processor import processor_lines, processor_of
from ops.servers.administrator import Database, changing, looking
from ops.story.reading import documents
from ops.terminal.output import say, wrapped
from payroll.address_key import address_key
from payroll.packages import packages
from schemas.flow import INTAKE
from schemas.ids import reference
from services.intake.documents import Intake, Processor
from services.intake.gate import of_processor
from services.intake.moved_processor import MovedProcessor
from stream.document import DocumentKey
from stream.postgres_gates import wake

TO_MOVE = "to have what waits follow a processor"
HELD_AFTER = timedelta(seconds=5)
"""How much later held registrations follow: before the requests that they wait for, they would say that they wait."""


class Follower(NamedTuple):
    """An employer's link request, or a held registration that the processor made for an employer."""

    registration: str
    known: Intake

    @property
    def is_request(self) -> bool:
        """Whether it is an employer's link request."""
        return self.known.answer == "requested"


class Move(NamedTuple):
    """What follows a processor that has `moved`, and references of processors `still` registered at the old address."""

    moved: MovedProcessor
    followers: tuple[Follower, ...]
    still: tuple[str, ...]

    @property
    def shown(self) -> list[str]:
        """The references of all that the plan names."""
        return [*(one.known.reference for one in self.followers), *self.still]


async def _planned(database: Database, email: str, left: str) -> Move:
    """What follows a processor, registered at `email`, from the address `left`.

    Raises:
        ClickException: the addresses are the same, or nothing that waits names the one that it has left.
    """
    moved = MovedProcessor(address_key(left), email)
    if moved.is_named_by(email):
        raise click.ClickException("it is registered at that very address")
    rows = await database.fetch(_ADDRESSES)
    named = [row["key"] for row in rows if any(moved.is_named_by(row[field]) for field in ("chosen", "own"))]
    kept = await documents(database, "intake", Intake, named)
    followers = tuple(Follower(key, known) for key, known in sorted(kept.items()) if moved.in_form_of(known))
    if not followers:
        raise click.ClickException("no employer's request and no held registration names that address (any more)")
    there = await database.fetch(_REGISTERED, Processor.kind, [of_processor(left, slug) for slug in packages()])
    return Move(moved, followers, tuple(sorted({reference(row["registration"]) for row in there})))


async def _note(database: Database, move: Move, quoted: str, why: str) -> None:
    """Let them follow the processor with this reference, and record that. Inside one transaction."""
    after = {"processor": quoted}
    changes = [Change(INTAKE.name, one.known.reference, one.registration, {}, after) for one in move.followers]
    command = await record_actions(database, Deed.MOVE_PROCESSOR, why, changes)
    await database.execute("set local search_path = intake")
    for one in move.followers:
        delay = timedelta() if one.is_request else HELD_AFTER
        key = DocumentKey(Intake.kind, one.registration)
        await wake(database, key, move.moved.text, str(command), after=delay)


def _lines(move: Move) -> Iterator[str]:
    """The plan, for people."""
    yield from _listed("employers' requests that follow it", [one for one in move.followers if one.is_request])
    yield from _listed("what it registered, and is held", [one for one in move.followers if not one.is_request])
    for quoted in move.still:
        yield from wrapped(f"{quoted} is registered at the old address still: have it withdrawn, or decline it")


def _listed(what: str, followers: Sequence[Follower]) -> Iterator[str]:
    yield f"{what}: {len(followers)}"
    for one in followers:
        yield from wrapped(f"{one.known.reference}  {one.known.company_name}", "  ", "    ")


async def move_processor(url: str, quoted: str, address: str, why: str | None) -> None:
    """Show what would follow the processor; let it follow when there is a reason."""
    async with looking(url) if why is None else changing(url) as database:
        processor = await processor_of(database, quoted)
        if processor.review != "confirmed":
            raise click.ClickException(
                f"it is {processor.review}: requests and registrations follow only a confirmed processor"
            )
        plan = await _planned(database, processor.email, address)
        await record_look(url, listed_registrations("processors", [quoted, *plan.shown]), why or TO_MOVE)
        click.echo("\n".join((*processor_lines(processor), *_lines(plan))))
        if why is not None:
            await _note(database, plan, processor.reference, why)
    say(NOT_APPLIED if why is None else "noted: intake takes each of them up in its turn")


_ADDRESSES = """
select key, document -> 'form' ->> 'processor_email' as chosen, document -> 'form' ->> 'email' as own
from intake.state where kind = 'intake' and document ->> 'answer' in ('requested', 'held')
"""
_REGISTERED = """
select document ->> 'registration' as registration from intake.state
where kind = $1 and key = any($2::text[]) and document ->> 'registration' is not null
"""
