"""`koppeling parked`: list, show, retry and discard."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.administrator import Database, admin_url, changing, database_option, looking
from ops.applying import NOT_APPLIED, apply_options, reason_to_apply
from ops.output import print_json
from ops.parked.change import discard, retry
from ops.parked.chosen import choice_of, chosen_rows
from ops.parked.lines import parked_lines
from ops.parked.plan import discard_lines, retry_lines
from ops.parked.story import ParkedStory, read_story, story_lines
from ops.parked_row import ParkedRow
from ops.parked_rows import parked_rows
from schemas.flow import SERVICES

LIMIT = 200
NAMES = tuple(stage.name for stage in SERVICES)

service_option = click.option("--service", type=click.Choice(NAMES), help="Only what is parked in this one.")


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to end the wait: its plan, what does it, and how that is said afterwards."""

    plan: Callable[[Sequence[ParkedRow]], Iterator[str]]
    do: Callable[[Database, Sequence[ParkedRow], str], Awaitable[list[ParkedRow]]]
    done: str


_RETRY = _Way(retry_lines, retry, "is due now: its service takes it in its turn")
_DISCARD = _Way(discard_lines, discard, "is discarded")


@click.group()
def parked() -> None:
    """Records that a service has put aside."""


@parked.command("list")
@database_option
@service_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many a service."
)
def list_parked(state: Path | None, service: str | None, *, as_json: bool, limit: int) -> None:
    """Show every parked record of every service, oldest first; never its body."""
    rows = asyncio.run(_listed(admin_url(state), service, limit))
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(parked_lines(rows, datetime.now(UTC))))


@parked.command("show")
@click.argument("target", metavar="ID")
@database_option
@service_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_parked(target: str, state: Path | None, service: str | None, *, as_json: bool) -> None:
    """Show all about one parked record, its trace and what waits behind it included; not its body.

    ID is the row's, as `koppeling parked list` shows it, or a registration's reference.
    """
    stories = asyncio.run(_stories(admin_url(state), target, service))
    if as_json:
        print_json(stories)
        return
    for story in stories:
        click.echo("\n".join(story_lines(story, datetime.now(UTC))))


@parked.command("retry")
@click.argument("targets", metavar="ID...", nargs=-1, required=True)
@database_option
@service_option
@apply_options
def retry_parked(
    targets: Sequence[str], state: Path | None, service: str | None, *, applied: bool, reason: str | None
) -> None:
    """Try parked records again, once their cause is gone.

    ID is the row's; ID@ATTEMPT, as the list shows it, is refused once the record has been tried again since. A
    registration's reference means all that is parked of it.
    """
    _carry_out(_RETRY, targets, state, service, reason_to_apply(reason, applied=applied))


@parked.command("discard")
@click.argument("targets", metavar="ID...", nargs=-1, required=True)
@database_option
@service_option
@apply_options
def discard_parked(
    targets: Sequence[str], state: Path | None, service: str | None, *, applied: bool, reason: str | None
) -> None:
    """End parked records that nobody will ever decide; what waits behind them goes on.

    This cannot be undone. ID as in `koppeling parked retry`.
    """
    _carry_out(_DISCARD, targets, state, service, reason_to_apply(reason, applied=applied))


def _carry_out(way: _Way, targets: Sequence[str], state: Path | None, service: str | None, why: str | None) -> None:
    seen, done = asyncio.run(_planned_and_done(way, admin_url(state), targets, service, why))
    if why is None:
        click.echo(NOT_APPLIED)
        return
    for row in done:
        click.echo(f"{row.service} {row.handle} {way.done}")
    left = [row for row in seen if row not in done]
    for row in left:
        click.echo(f"{row.service} {row.handle} has moved on since it was looked at, and is left alone", err=True)
    sys.exit(1 if left else 0)


async def _planned_and_done(
    way: _Way, url: str, targets: Sequence[str], service: str | None, why: str | None
) -> tuple[list[ParkedRow], list[ParkedRow]]:
    choices = [choice_of(target) for target in targets]
    async with looking(url) as database:
        rows = await chosen_rows(database, choices, service)
    click.echo("\n".join(way.plan(rows)))
    if why is None:
        return rows, []
    async with changing(url) as database:
        return rows, await way.do(database, rows, why)


async def _listed(url: str, service: str | None, limit: int) -> list[ParkedRow]:
    async with looking(url) as database:
        rows = await parked_rows(database, limit=limit)
    return [row for row in rows if service in (None, row.service)]


async def _stories(url: str, target: str, service: str | None) -> list[ParkedStory]:
    choice = choice_of(target)
    async with looking(url) as database:
        return [await read_story(database, row) for row in await chosen_rows(database, [choice], service)]
