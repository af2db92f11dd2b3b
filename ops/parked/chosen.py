"""Which parked records an operator means."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

import click

from ops.parked.filter import EVERYTHING, NOTHING_FITS, NOTHING_TO_TRY, Filter
from ops.parked.row import ParkedRow
from ops.parked.rows import of_each, parked_rows
from ops.servers.administrator import Database
from ops.story.find_registration import find_registration
from ops.terminal.quoted_reference import read_reference
from payroll.quoted_reference import as_quoted

CHOSEN_MAX = 10_000
"""How many of each service are chosen at once."""
_ONE_MORE = CHOSEN_MAX + 1

_HANDLE = re.compile(r"(?P<id>[0-9a-fA-F-]{32,36})(?:@(?P<attempt>[0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was typed: the id of a row or a registration, perhaps with the attempt that was seen, or a reference."""

    typed: str
    id: UUID | None = None
    attempt: int | None = None


def choice_of(typed: str) -> Choice:
    """Read a row's ID or ID@ATTEMPT, a registration's id or its reference.

    Raises:
        UsageError: it is none of these.
    """
    match = _HANDLE.fullmatch(typed.strip())
    if match:
        try:
            return Choice(typed, UUID(match["id"]), int(match["attempt"]) if match["attempt"] else None)
        except ValueError:
            pass
    read_reference(typed, "neither a parked record's id nor a reference")
    return Choice(typed)


class Chosen(NamedTuple):
    """The first rows that are meant, of each service; `more`: whether there are others."""

    rows: list[ParkedRow]
    more: bool


async def chosen_rows(database: Database, choices: Sequence[Choice], only: Filter, *, due_too: bool = True) -> Chosen:
    """Every row that is meant, once: the named ones, in the filter's service if it has one, or all that fit the filter.

    Without `due_too`, rows that fit but are due already are left out. While their service stands still they would
    otherwise be the first ones each time.

    Raises:
        UsageError: there are neither names nor a filter, or both.
        ClickException: nothing fits; or a named row does not exist, is parked in several services, or is no longer at
            the attempt that was seen.
    """
    if not choices:
        return _at_once(await _fitting(database, only, due_too=due_too))
    if replace(only, service=None) != EVERYTHING:
        raise click.UsageError(
            "name records by their ID, or choose them by options, not both (--service goes with both)"
        )
    rows = [row for choice in choices for row in await _rows(database, choice, only.service)]
    return _at_once({(row.service, row.id): row for row in rows}.values())


def _at_once(rows: Collection[ParkedRow]) -> Chosen:
    first, more = of_each(rows, CHOSEN_MAX)
    return Chosen(first, more=bool(more))


async def _fitting(database: Database, only: Filter, *, due_too: bool) -> list[ParkedRow]:
    if only.empty:
        raise click.UsageError(
            "say which: an ID, a reference, or what they have in common (--group, --because, --service, --since, "
            "--until, --package, --release); `koppeling parked group` shows the groups"
        )
    fitting = only if due_too else replace(only, due=False)
    rows = await parked_rows(database, limit=_ONE_MORE, only=fitting)
    if not rows:
        raise click.ClickException(NOTHING_FITS if due_too else NOTHING_TO_TRY)
    return rows


async def _rows(database: Database, choice: Choice, service: str | None) -> list[ParkedRow]:
    found = await parked_rows(database, limit=_ONE_MORE, ids=[choice.id]) if choice.id else []
    rows = [row for row in found if service in (None, row.service)]
    if not rows:
        return await _of_registration(database, choice, service)
    if len(rows) > 1:
        services = " and ".join(dict.fromkeys(row.service for row in rows))
        raise click.ClickException(f"{choice.typed} is parked in {services}: say which with --service")
    _check_attempt(choice, rows[0])
    return rows


async def _of_registration(database: Database, choice: Choice, service: str | None) -> list[ParkedRow]:
    registration = str(choice.id) if choice.id else await find_registration(database, as_quoted(choice.typed))
    found = await parked_rows(database, limit=_ONE_MORE, registrations=[registration]) if registration else []
    rows = [row for row in found if service in (None, row.service)]
    if not rows or choice.attempt is not None:
        where = f" in {service}" if service else ""
        raise click.ClickException(
            f"nothing is parked under {choice.typed!r}{where}: it was handled, discarded or never there. "
            "`koppeling parked list` shows what is parked now"
        )
    return rows


def _check_attempt(choice: Choice, row: ParkedRow) -> None:
    if choice.attempt not in (None, row.attempts):
        raise click.ClickException(
            f"{choice.typed} has moved on: it is parked for {row.reason} at attempt {row.attempts} now. "
            f"Nothing was changed; look at it with `koppeling parked show {row.id}`"
        )
