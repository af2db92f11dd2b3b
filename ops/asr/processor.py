"""Reads and shows processors and their reviews."""

from collections.abc import Iterator
from datetime import datetime

import click
from pydantic_core import from_json

from ops.actions.looking_at import listed_registrations, record_look
from ops.servers.administrator import Database, looking
from ops.terminal.age import moment
from ops.terminal.output import wrapped
from ops.terminal.view import View
from payroll.packages import packages
from services.intake.documents import Intake

TO_REVIEW = "to review processors"


class ProcessorView(View):
    """A processor as it registered, and where its review stands. No credentials."""

    reference: str
    registration: str
    company_name: str
    email: str
    package: str
    review: str
    since: datetime


async def list_processors(url: str, limit: int) -> list[ProcessorView]:
    """The processors, those to be reviewed first; one more than `limit` where there are more. The look is recorded."""
    async with looking(url) as database:
        found = await _processors(database, limit + 1)
    shown = [processor.reference for processor in found[:limit]]
    await record_look(url, listed_registrations("processors", shown), TO_REVIEW)
    return found


async def processor_of(database: Database, quoted: str) -> ProcessorView:
    """The processor with this reference. Raises ClickException when there is none."""
    found = await _processors(database, 1, quoted)
    if not found:
        raise click.ClickException(
            f"there is no processor with reference {quoted}: `koppeling processors list` shows all"
        )
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


def processor_lines(processor: ProcessorView) -> Iterator[str]:
    """Two lines or more for each, none wider than the terminal."""
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
