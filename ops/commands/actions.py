"""`koppeling actions`: what operators did, when and why."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ops.actions.action import Action, recorded_actions
from ops.servers.administrator import admin_url, database_option, looking
from ops.terminal.age import moment
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import json_option, wrapped

LIMIT = 50


@click.command()
@click.option("--looks", is_flag=True, help="Also who looked at personal data.")
@limit_option(LIMIT)
@json_option
@database_option
def actions(state: Path | None, *, as_json: bool, limit: int, looks: bool) -> None:
    """Show what operators did with these commands: who, when, what, why; before and after with --json."""
    done = asyncio.run(_newest(admin_url(state), limit + 1, looks=looks))
    show_list(done, limit, action_lines, nothing="nothing was done yet", as_json=as_json)


async def _newest(url: str, limit: int, *, looks: bool) -> list[Action]:
    async with looking(url) as database:
        return await recorded_actions(database, limit=limit, looks=looks)


def action_lines(done: Sequence[Action]) -> Iterator[str]:
    """A few lines for each action."""
    for one in done:
        yield from wrapped(f"{moment(one.at)} {one.what}, by {one.who}", rest="  ")
        yield from wrapped(f"{one.service} {one.target}", "  ", "  ")
        yield from wrapped(one.why, "  ", "  ")
