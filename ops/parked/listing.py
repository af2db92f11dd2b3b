"""`koppeling parked list` and `group`: what is parked, one by one or by its cause; never a body."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.parked.filter import Filter
from ops.parked.filter_options import filter_options
from ops.parked.groups import ParkedGroup, parked_groups
from ops.parked.lines import group_lines, parked_lines
from ops.parked.row import ParkedRow
from ops.parked.rows import of_each, parked_rows
from ops.servers.administrator import Database, admin_url, database_option, looking
from ops.service_state.holding import holding
from ops.terminal.limited_list import limit_option, say_more
from ops.terminal.output import json_option, show, wrapped

LIMIT = 200


@click.command("list")
@filter_options
@limit_option(LIMIT, "At most so many a service.")
@json_option
@database_option
def list_parked(state: Path | None, *, only: Filter, as_json: bool, limit: int) -> None:
    """Show parked records, oldest first, never their bodies. Without options: those of every service."""
    found, held = asyncio.run(_listed(admin_url(state), only, limit + 1))
    rows, more = of_each(found, limit)
    show(rows, parked_lines(rows, datetime.now(UTC), only), as_json=as_json)
    _say_held(held, as_json=as_json)
    if more:
        say_more(f" in {', '.join(more)}", as_json=as_json)


@click.command("group")
@filter_options
@json_option
@database_option
def group_parked(state: Path | None, *, only: Filter, as_json: bool) -> None:
    """Count parked records by their cause, the largest group first.

    The same service, reason, place in our code and message are one cause, with one name in every release.
    """
    groups, held = asyncio.run(_grouped(admin_url(state), only))
    show(groups, group_lines(groups, datetime.now(UTC), only), as_json=as_json)
    _say_held(held, as_json=as_json)


async def _listed(url: str, only: Filter, limit: int) -> tuple[list[ParkedRow], list[str]]:
    async with looking(url) as database:
        rows = await parked_rows(database, limit=limit, only=only)
        return rows, await _held(database, {row.service for row in rows if row.retry_at})


async def _grouped(url: str, only: Filter) -> tuple[list[ParkedGroup], list[str]]:
    async with looking(url) as database:
        groups = await parked_groups(database, only)
        return groups, await _held(database, {one.service for one in groups if one.count > one.waiting_for_human})


async def _held(database: Database, services: Collection[str]) -> list[str]:
    """Why these services try nothing again by themselves now."""
    return [why for service in sorted(services) for why in await holding(database, service)]


def _say_held(held: Collection[str], *, as_json: bool) -> None:
    for why in held:
        click.echo("\n".join(wrapped(f"{why}: it tries nothing again until it goes on", rest="  ")), err=as_json)
