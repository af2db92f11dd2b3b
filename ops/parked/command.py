"""`koppeling parked`: list, group, show, retry and discard."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.action import Change, Deed
from ops.administrator import Database, admin_url, changing, database_option, looking
from ops.applying import NOT_APPLIED, apply_options, reason_to_apply
from ops.looking_at import record_look
from ops.output import print_json
from ops.parked.change import discard, retry
from ops.parked.chosen import choice_of, chosen_rows
from ops.parked.filter_options import filter_options
from ops.parked.lines import group_lines, parked_lines
from ops.parked.loop import stop_loops
from ops.parked.plan import discard_lines, retry_lines
from ops.parked.raw import write_raw
from ops.parked.story import ParkedStory, read_raw, read_story, story_lines
from ops.parked_filter import Filter
from ops.parked_groups import ParkedGroup, parked_groups
from ops.parked_row import ParkedRow
from ops.parked_rows import parked_rows

LIMIT = 200
TO_MEND = "to mend what is parked"

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


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
@filter_options
@json_option
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many a service."
)
def list_parked(state: Path | None, *, only: Filter, as_json: bool, limit: int) -> None:
    """Show parked records, oldest first; never their bodies. Without options those of every service."""
    rows = asyncio.run(_listed(admin_url(state), only, limit))
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(parked_lines(rows, datetime.now(UTC))))


@parked.command("group")
@database_option
@filter_options
@json_option
def group_parked(state: Path | None, *, only: Filter, as_json: bool) -> None:
    """Count what is parked by its cause, the largest group first.

    The same service, reason, place in our code and message are one cause, and one name, in every release.
    """
    groups = asyncio.run(_grouped(admin_url(state), only))
    if as_json:
        print_json(groups)
    else:
        click.echo("\n".join(group_lines(groups, datetime.now(UTC))))


@parked.command("show")
@click.argument("target", metavar="ID")
@database_option
@click.option("--service", help="Which service's, where several have parked it.")
@click.option("--raw", is_flag=True, help="Its bytes as they are kept; needs --reason.")
@click.option("--reason", metavar="TEXT", help="Why you look; recorded.")
@json_option
def show_parked(  # noqa: PLR0913  one argument for each option
    target: str, state: Path | None, service: str | None, *, raw: bool, reason: str | None, as_json: bool
) -> None:
    """Show all about one parked record: its event masked, its trace, its registration's story and what waits.

    ID is the row's, as `koppeling parked list` shows it, or a registration's reference. That you looked is recorded.
    """
    why, url = (reason or "").strip(), admin_url(state)
    if raw and (not why or as_json):
        raise click.UsageError("--raw shows personal data: it needs --reason TEXT, and is without --json")
    if raw:
        write_raw(asyncio.run(_raw(url, target, service, why)))
        return
    stories = asyncio.run(_stories(url, target, service, why or TO_MEND))
    if as_json:
        print_json(stories)
        return
    for story in stories:
        click.echo("\n".join(story_lines(story, datetime.now(UTC))))


@parked.command("retry")
@click.argument("targets", metavar="[ID]...", nargs=-1)
@database_option
@filter_options
@click.option("--once-more", is_flag=True, help="Also what came back again and again.")
@apply_options
def retry_parked(  # noqa: PLR0913  one argument for each option
    targets: Sequence[str], state: Path | None, *, only: Filter, once_more: bool, applied: bool, reason: str | None
) -> None:
    """Try parked records again, once their cause is gone.

    ID is the row's; ID@ATTEMPT, as the list shows it, is refused once the record has been tried again since. A
    registration's reference means all that is parked of it. Without ID all that fits the options is meant, 10,000 of
    each service at a time.
    """
    why = reason_to_apply(reason, applied=applied)
    _carry_out(_RETRY, admin_url(state), why, _Meant(targets, only, once_more=once_more))


@parked.command("discard")
@click.argument("targets", metavar="[ID]...", nargs=-1)
@database_option
@filter_options
@apply_options
def discard_parked(
    targets: Sequence[str], state: Path | None, *, only: Filter, applied: bool, reason: str | None
) -> None:
    """End parked records that nobody will ever decide; what waits behind them goes on.

    This cannot be undone. ID and options as in `koppeling parked retry`.
    """
    why = reason_to_apply(reason, applied=applied)
    _carry_out(_DISCARD, admin_url(state), why, _Meant(targets, only))


@dataclass(frozen=True, slots=True)
class _Meant:
    """Which records: named ones, or all that fit; `once_more` also those that came back too often."""

    targets: Sequence[str]
    only: Filter
    once_more: bool = True


def _carry_out(way: _Way, url: str, why: str | None, meant: _Meant) -> None:
    seen, done = asyncio.run(_planned_and_done(way, url, why, meant))
    if why is None:
        click.echo(NOT_APPLIED)
        return
    for row in done:
        click.echo(f"{row.service} {row.handle} {way.done}")
    changed = {(row.service, row.handle) for row in done}
    left = [row for row in seen if (row.service, row.handle) not in changed]
    for row in left:
        click.echo(f"{row.service} {row.handle} has moved on since it was looked at, and is left alone", err=True)
    sys.exit(1 if left else 0)


async def _planned_and_done(
    way: _Way, url: str, why: str | None, meant: _Meant
) -> tuple[list[ParkedRow], list[ParkedRow]]:
    choices = [choice_of(target) for target in meant.targets]
    async with looking(url) as database:
        rows = await chosen_rows(database, choices, meant.only)
    rows = rows if meant.once_more else stop_loops(rows)
    click.echo("\n".join(way.plan(rows)))
    if why is None:
        return rows, []
    async with changing(url) as database:
        return rows, await way.do(database, rows, why)


async def _listed(url: str, only: Filter, limit: int) -> list[ParkedRow]:
    async with looking(url) as database:
        return await parked_rows(database, limit=limit, only=only)


async def _grouped(url: str, only: Filter) -> list[ParkedGroup]:
    async with looking(url) as database:
        return await parked_groups(database, only)


async def _stories(url: str, target: str, service: str | None, why: str) -> list[ParkedStory]:
    async with looking(url) as database:
        rows = await chosen_rows(database, [choice_of(target)], Filter(service=service))
        stories = [await read_story(database, row) for row in rows]
    await record_look(url, _seen(rows), why)
    return stories


async def _raw(url: str, target: str, service: str | None, why: str) -> bytes:
    async with looking(url) as database:
        rows = await chosen_rows(database, [choice_of(target)], Filter(service=service))
        if len(rows) > 1:
            raise click.ClickException(f"{target} means {len(rows)} records: name one by its ID")
        body = await read_raw(database, rows[0])
    await record_look(url, _seen(rows), why, Deed.LOOK_RAW)
    return body


def _seen(rows: Sequence[ParkedRow]) -> list[Change]:
    return [Change(row.service, str(row.id), row.registration, {}, {}) for row in rows]
