"""Prints registrations' stories, for people or programs, and records that somebody looked."""

import asyncio
from datetime import UTC, datetime

import click

from ops.actions.looking_at import TO_SEE, listed_registrations, record_look, shown_registration
from ops.servers.administrator import looking
from ops.service_state.holding import all_that_hold
from ops.story.chosen import choose
from ops.story.find_registration import find_registration
from ops.story.lines import story_lines
from ops.story.registration_view import RegistrationView
from ops.story.registrations import registrations
from ops.story.search import Sought
from ops.terminal.output import print_json, shorten, show
from ops.terminal.quoted_reference import as_registration_id, read_reference

_COMPARE = ". Compare it with the mail, or with what `submit` printed"


def show_listed(url: str, sought: Sought | None, limit: int) -> None:
    """Print the `limit` newest of those that are sought as JSON; the lines below the list go to standard error."""
    views, below = asyncio.run(_listed(url, sought, limit))
    print_json(views)
    for line in below:
        click.echo(line, err=True)


def show_one(url: str, typed: str, *, as_json: bool) -> None:
    """Print one. Raises ClickException when there is none, and UsageError when the text cannot be a reference."""
    view, held = asyncio.run(_find(url, typed))
    show(view, story_lines(view, datetime.now(UTC)), as_json=as_json)
    for why in held:
        click.echo(shorten(why), err=as_json)


async def _listed(url: str, sought: Sought | None, limit: int) -> tuple[list[RegistrationView], list[str]]:
    async with looking(url) as database:
        ids, below = await choose(database, sought, limit=limit)
        views = await registrations(database, ids)
    await record_look(url, listed_registrations("status", [view.reference for view in views]), TO_SEE)
    return views, below


async def _find(url: str, typed: str) -> tuple[RegistrationView, list[str]]:
    """The registration, and which services take nothing now."""
    registration = as_registration_id(typed)
    quoted = None if registration else read_reference(typed, hint=_COMPARE)
    async with looking(url) as database:
        registration = await find_registration(database, quoted) if quoted else registration
        found = await registrations(database, [registration]) if registration else []
        held = await all_that_hold(database)
    if not found:
        raise click.ClickException(
            f"there is no registration {typed!r}. A form just sent takes a moment; "
            "`koppeling parked list` shows what could not be read; --state DIR names another sandbox"
        )
    await record_look(url, shown_registration("status", found[0].registration), TO_SEE)
    return found[0], held
