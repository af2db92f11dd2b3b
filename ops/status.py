"""`koppeling status`: where each registration stands."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.administrator import admin_url, database_option, looking
from ops.looking_at import listed_registrations, record_look, shown_registration
from ops.output import console, print_json, shorten
from ops.paused import PausedService, paused_services
from ops.quoted_reference import as_registration_id, what_is_wrong
from ops.registration import RegistrationView
from ops.registration_story import story_lines
from ops.registration_table import registration_table
from ops.registrations import COUNTED_MAX, count_registrations, find_registration, newest_registrations, registrations
from payroll.quoted_reference import as_quoted

LIMIT = 50
TO_SEE = "to see where it stands"


@click.command()
@click.argument("reference", required=False, metavar="[REF]")
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="How many, newest first.")
def status(reference: str | None, state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show where registrations stand.

    With REF everything about one: since when, why, what comes next, its connections and mails. That you looked is
    recorded.
    """
    url = admin_url(state)
    if reference is not None:
        _show_one(asyncio.run(_find(url, reference)), as_json=as_json)
        return
    views, total, paused = asyncio.run(_newest(url, limit))
    if as_json:
        print_json(views)
    elif not views:
        click.echo("no registration yet: `koppeling submit FILE` sends one")
    else:
        console().print(registration_table(views, datetime.now(UTC)))
        if total > len(views):
            click.echo(_older(total, len(views)))
    if not as_json:
        for service in paused:
            click.echo(shorten(f"{service}"))


def _older(total: int, shown: int) -> str:
    if total > COUNTED_MAX:
        return f"and more than {max(COUNTED_MAX - shown, 0)} older: --limit shows more"
    return f"and {total - shown} older: --limit {total} shows all"


def _show_one(view: RegistrationView, *, as_json: bool) -> None:
    if as_json:
        print_json(view)
        return
    for line in story_lines(view, datetime.now(UTC)):
        click.echo(line)


async def _newest(url: str, limit: int) -> tuple[list[RegistrationView], int, list[PausedService]]:
    async with looking(url) as database:
        views = await newest_registrations(database, limit=limit)
        total, paused = await count_registrations(database), await paused_services(database)
    await record_look(url, listed_registrations("status", [view.reference for view in views]), TO_SEE)
    return views, total, paused


async def _find(url: str, typed: str) -> RegistrationView:
    registration, quoted = as_registration_id(typed), as_quoted(typed)
    if registration is None and (wrong := what_is_wrong(quoted)):
        raise click.ClickException(f"{typed!r} is no reference: {wrong}. Compare it with the mail or with `submit`")
    async with looking(url) as database:
        registration = registration or await find_registration(database, quoted)
        found = await registrations(database, [registration]) if registration else []
    if not found:
        raise click.ClickException(
            f"no registration is known by {typed!r}. A form just sent takes a moment; "
            "`koppeling parked list` shows what could not be read; --state DIR names another sandbox"
        )
    await record_look(url, shown_registration("status", found[0].registration), TO_SEE)
    return found[0]
