"""The options that say which parked records are meant, by what they have in common."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

import click

from ops.parked.filter import Filter
from ops.terminal.typed import read_moment, text_of
from payroll.packages import slugs
from schemas.flow import SERVICE_NAMES


def _stripped(_context: click.Context, option: click.Parameter, typed: str | None) -> str | None:
    if typed is None:
        return None
    if not typed.strip():
        raise click.BadParameter("is empty: leave it out to mean all", param=option)
    return text_of(typed.strip())


_OPTIONS = (
    click.option("--service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES), help="What is parked in this one."),
    click.option("--because", metavar="REASON", callback=_stripped, help="What is parked for this reason."),
    click.option("--group", metavar="GROUP", callback=_stripped, help="One cause, as `parked group` names it."),
    click.option("--package", type=click.Choice(slugs()), help="Of registrations with this package."),
    click.option("--release", metavar="RELEASE", callback=_stripped, help="What this release parked."),
    click.option("--since", metavar="TIME", callback=read_moment, help="What was parked then (Amsterdam) or later."),
    click.option("--until", metavar="TIME", callback=read_moment, help="What was parked before then (Amsterdam)."),
)  # fmt: skip


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them; the command gets them as `only`."""

    @wraps(command)
    def collected(*values: Any, **typed: Any) -> Any:
        only = Filter(**{field.name: typed.pop(field.name) for field in fields(Filter) if field.name in typed})
        return command(*values, only=only, **typed)

    for option in reversed(_OPTIONS):
        collected = option(collected)
    return collected
