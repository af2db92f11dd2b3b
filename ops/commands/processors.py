"""`koppeling processors`: a.s.r.'s back office reviews those that have registered, and lets in whom it knows."""

import asyncio
import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click
from pydantic_core import from_json

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED, apply_options, reason_to_apply
from ops.actions.looking_at import listed_registrations, record_look, shown_registration
from ops.asr.file_import import FileImport
from ops.asr.processor_move import move_lines, note, planned
from ops.forms.publishing import form_producer
from ops.servers.administrator import Database, admin_url, changing, database_option, looking
from ops.servers.destination import kafka_access
from ops.servers.kafka_clients import UNPUBLISHED, named
from ops.terminal.age import moment
from ops.terminal.command_group import CommandGroup
from ops.terminal.json_option import json_option
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import say, wrapped
from ops.terminal.quoted_reference import read_reference
from ops.terminal.typed_field import typed_field
from ops.terminal.view import View
from payroll import fields
from payroll.packages import packages
from schemas.events import ProcessorReviewed
from schemas.events.processor_reviewed import REASON_CHARACTERS_MAX, REASON_PATTERN, Verdict
from schemas.flow import INTAKE
from services.intake.clients import compare_file, load_file
from services.intake.documents import Intake
from stream.kafka_access import KafkaAccess

SOURCE = "urn:salariskoppeling:back-office"
LIMIT = 200
TO_REVIEW = "to review processors"
TO_MOVE = "to have what waits follow a processor"

_DEEDS: dict[Verdict, Deed] = {"confirmed": Deed.CONFIRM_PROCESSOR, "declined": Deed.DECLINE_PROCESSOR}


class ProcessorView(View):
    """A processor as it registered, and where its review stands. No credentials."""

    reference: str
    registration: str
    company_name: str
    email: str
    package: str
    review: str
    since: datetime


class _Review(NamedTuple):
    """What a.s.r. says of a processor under this name (None: as it is called now), and why; None plans only."""

    verdict: Verdict
    name: str | None
    why: str | None


_name_option = click.option("--name", help="As it was called when you reviewed it; under another name nothing is done.")


@click.group(cls=CommandGroup)
def processors() -> None:
    """Processors: review those that have registered, let in those that are known."""


@processors.command("list")
@database_option
@json_option
@limit_option(LIMIT, "How many.")
def list_processors(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show processors; first those that wait for a review, whoever has waited longest before the others.

    That you looked is recorded, as with the plan of a review: names and addresses are shown.
    """
    found = asyncio.run(_listed(admin_url(state), limit))
    show_list(found, limit, _list_lines, nothing="no processor has registered yet", as_json=as_json)


@processors.command()
@click.argument("reference", metavar="REF")
@database_option
@apply_options
@_name_option
def confirm(reference: str, state: Path | None, *, applied: bool, reason: str | None, name: str | None) -> None:
    """Confirm a processor: it may register employers, and what was held for it goes on by itself."""
    _review(reference, state, _Review("confirmed", name, reason_to_apply(reason, applied=applied)))


@processors.command()
@click.argument("reference", metavar="REF")
@database_option
@apply_options
@_name_option
def decline(reference: str, state: Path | None, *, applied: bool, reason: str | None, name: str | None) -> None:
    """Decline a processor; the reason is mailed to it as it is written."""
    if reason is not None and not (len(reason) <= REASON_CHARACTERS_MAX and re.fullmatch(REASON_PATTERN, reason)):
        raise click.UsageError(
            f"--reason is mailed to the processor: one paragraph of at most {REASON_CHARACTERS_MAX} characters"
        )
    _review(reference, state, _Review("declined", name, reason_to_apply(reason, applied=applied)))


@processors.command()
@click.argument("reference", metavar="REF")
@click.option("--from", "address", metavar="ADDRESS", required=True, callback=typed_field(fields.email))
@database_option
@apply_options
def move(reference: str, address: str, state: Path | None, *, applied: bool, reason: str | None) -> None:
    """Let what waits for a processor at the address that it has left follow it to its own.

    For one that was confirmed at its new address, by a correction or because it registered anew. Employers' requests
    follow: each employer is mailed where its request is now, and may correct that; the processor is mailed each that it
    has not taken up. So does what it registered and is held, whose mails and code go to the new address from then on.
    That you looked is recorded, also without --apply.
    """
    asyncio.run(_move(admin_url(state), read_reference(reference), address, reason_to_apply(reason, applied=applied)))


@processors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
@apply_options
def import_(file: Path, state: Path | None, *, applied: bool, reason: str | None) -> None:
    """Let the processors in FILE register their employers, as if all had filled in their forms and were confirmed.

    For what a.s.r. agreed with them before. A CSV in UTF-8 with the columns processor_email, raamwerkcontractnummer
    and loonheffingennummer: a line for each employer that has chosen this processor. What is held for it goes on by
    itself. A package for which Keylane needs the processor's credentials (Loket's web service) is let in by no file:
    with that a processor registers. With a fault in any line nothing is loaded.
    """
    why = reason_to_apply(reason, applied=applied)
    FileImport(Deed.IMPORT_PROCESSORS, INTAKE.name, load_file, compare_file, "employers of processors").run(
        state, file, why
    )


def _review(typed: str, state: Path | None, review: _Review) -> None:
    quoted = read_reference(typed)
    asyncio.run(_reviewed(admin_url(state), state, quoted, review))


async def _reviewed(url: str, state: Path | None, quoted: str, review: _Review) -> None:
    async with looking(url) as database:
        processor = await _processor(database, quoted)
    await record_look(url, shown_registration("processors", processor.registration), review.why or TO_REVIEW)
    click.echo("\n".join(_lines(processor)))
    if review.name not in (None, processor.company_name):
        raise click.ClickException("it is called otherwise by now: review it as it stands here")
    if processor.review == review.verdict:
        raise click.ClickException(f"it is {review.verdict} already")
    if review.why is None:
        click.echo(f"it would be {review.verdict}")
        click.echo(f"to do so only while it is called so, add --name {shlex.quote(processor.company_name)}")
        say(NOT_APPLIED)
        return
    access = kafka_access(state)
    async with changing(url) as database:
        before, after = ({"review": said} for said in (processor.review, review.verdict))
        change = Change(INTAKE.name, processor.reference, processor.registration, before, after)
        await record_actions(database, _DEEDS[review.verdict], review.why, [change])
    # Once it is on record: what Kafka has may be acted on although it did not acknowledge it.
    await _say(access, processor, review.verdict, review.why)
    click.echo(f"{processor.reference} is {review.verdict}, as shown here: intake takes it up in its turn")


async def _move(url: str, quoted: str, address: str, why: str | None) -> None:
    async with looking(url) if why is None else changing(url) as database:
        processor = await _processor(database, quoted)
        if processor.review != "confirmed":
            raise click.ClickException(f"it is {processor.review}: only to one that is confirmed anything follows")
        plan = await planned(database, processor.email, address)
        await record_look(url, listed_registrations("processors", [quoted, *plan.shown]), why or TO_MOVE)
        click.echo("\n".join((*_lines(processor), *move_lines(plan))))
        if why is not None:
            await note(database, plan, processor.reference, why)
    say(NOT_APPLIED if why is None else "noted: intake takes each of them up in its turn")


async def _say(access: KafkaAccess, processor: ProcessorView, verdict: Verdict, why: str) -> None:
    reason = why if verdict == "declined" else None
    review = ProcessorReviewed(
        email=processor.email,
        company_name=processor.company_name,
        verdict=verdict,
        reason=reason,
        reviewed_at=datetime.now(UTC),
    )
    try:
        async with form_producer(access) as producer:
            await producer.say(SOURCE, processor.registration, review)
    except UNPUBLISHED as error:
        raise click.ClickException(
            f"Kafka at {access.bootstrap} did not acknowledge the review ({named(error)}), which is on record. "
            "Do it again: it counts once."
        ) from None


async def _listed(url: str, limit: int) -> list[ProcessorView]:
    """One more than the limit where there are more."""
    async with looking(url) as database:
        found = await _processors(database, limit + 1)
    shown = [processor.reference for processor in found[:limit]]
    await record_look(url, listed_registrations("processors", shown), TO_REVIEW)
    return found


async def _processor(database: Database, quoted: str) -> ProcessorView:
    found = await _processors(database, 1, quoted)
    if not found:
        raise click.ClickException(f"no processor is known by {quoted}: `koppeling processors list` shows all")
    return found[0]


async def _processors(database: Database, limit: int, quoted: str | None = None) -> list[ProcessorView]:
    rows = await database.fetch(_PROCESSORS, quoted, limit)
    return [_view(row["key"], Intake(**from_json(row["document"]))) for row in rows]


def _view(registration: str, known: Intake) -> ProcessorView:
    return ProcessorView(
        reference=known.reference,
        registration=registration,
        company_name=known.company_name or "",
        email=known.email or "",
        package=known.package or "",
        review=known.answer,
        since=known.since,
    )


def _list_lines(found: Sequence[ProcessorView]) -> Iterator[str]:
    return (line for processor in found for line in _lines(processor))


def _lines(processor: ProcessorView) -> Iterator[str]:
    package = packages()[processor.package].title if processor.package in packages() else processor.package
    yield f"{processor.reference}  {processor.review}  since {moment(processor.since)}"
    about = f"{processor.company_name}, {processor.email}, {package}"
    yield from wrapped(about, "  ", "    ")


_PROCESSORS = """
select key, document from intake.state
where kind = 'intake' and document ->> 'answer' in ('applied', 'confirmed', 'declined')
  and ($1::text is null or document ->> 'reference' = $1)
order by array_position(array['applied', 'declined', 'confirmed'], document ->> 'answer'), document ->> 'since'
limit $2
"""
