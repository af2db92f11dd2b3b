"""`koppeling status`: where each registration stands."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.actions.looking_at import TO_SEE, listed_registrations, record_look
from ops.servers.administrator import admin_url, database_option, looking
from ops.story.chosen import choose
from ops.story.listed import ListedRegistration, listed
from ops.story.reading import remembered
from ops.story.search import Sought, read_sought
from ops.story.table import registration_lines
from ops.terminal.limited_list import limit_option
from ops.terminal.output import json_option, line_width, wants_colour

LIMIT = 50

_NOTHING_YET = "no registration yet: `koppeling submit FILE` sends one"
_NOTHING_FOUND = (
    "no registration has that as its name, address or loonheffingennummer; a reference is typed without --search, "
    "and a form that stands parked is not searched (`koppeling parked list`)"
)


@click.command()
@click.argument("reference", required=False, metavar="[REF]")
@click.option(
    "--search",
    "sought",
    metavar="TEXT",
    type=read_sought,
    help="Only those with TEXT: a part of the company's name, or a whole e-mail address or loonheffingennummer.",
)
@limit_option(LIMIT)
@json_option
@database_option
def status(reference: str | None, state: Path | None, *, as_json: bool, sought: Sought | None, limit: int) -> None:
    """Show the stages of registrations.

    With REF everything about one registration: since when, why, what comes next, its connections and mails. That you
    looked is recorded.
    """
    if reference is not None and sought is not None:
        raise click.UsageError("REF names one registration: leave out --search")
    url = admin_url(state)
    if reference is None and not as_json:
        _show(*asyncio.run(_listed(url, sought, limit)), nothing=_NOTHING_FOUND if sought else _NOTHING_YET)
        return
    # Imported here, as a story needs all texts for people, and the list, which is used most, does not.
    from ops.story.showing import show_listed, show_one  # noqa: PLC0415

    if reference is None:
        show_listed(url, sought, limit)
    else:
        show_one(url, reference, as_json=as_json)


async def _listed(url: str, sought: Sought | None, limit: int) -> tuple[list[ListedRegistration], list[str]]:
    """The list's lines, and those below it."""
    async with looking(url) as database:
        now: datetime = await database.fetchval("select now()")
        ids, below = await choose(database, sought, limit=limit)
        known = await remembered(database, ids)
    found = [listed(one, now) for one in known]
    await record_look(url, listed_registrations("status", [one.reference for one in found]), TO_SEE)
    return found, below


def _show(found: Sequence[ListedRegistration], below: Sequence[str], *, nothing: str) -> None:
    if not found:
        click.echo(nothing)
    else:
        lines = registration_lines(found, datetime.now(UTC), line_width())
        click.echo("\n".join(lines), color=wants_colour())
    for line in below:
        click.echo(line)
