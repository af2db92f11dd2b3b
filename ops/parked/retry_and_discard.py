"""`koppeling parked retry` and `discard`: how an operator ends a parked record's wait."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ops.actions.action import Deed
from ops.actions.applying import not_applied, plan_or_apply
from ops.parked.change import change
from ops.parked.chosen import CHOSEN_MAX, choice_of, chosen_rows
from ops.parked.filter import Filter
from ops.parked.filter_options import filter_options
from ops.parked.plan import discard_lines, retry_lines
from ops.parked.row import ParkedRow
from ops.servers.administrator import admin_url, changing, database_option, looking
from ops.terminal.counted import counted
from ops.terminal.output import say

RETRIES_MAX = 5


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to end the wait: what it is, its plan, and how it is reported.

    `due_too`: whether it is for records that are due already as well.
    """

    deed: Deed
    plan: Callable[[Sequence[ParkedRow]], Iterator[str]]
    done: str
    due_too: bool


_RETRY = _Way(Deed.RETRY, retry_lines, "due now, and taken in turn", due_too=False)
_DISCARD = _Way(Deed.DISCARD, discard_lines, "discarded", due_too=True)


@click.command("retry")
@click.argument("targets", metavar="[ID|REF]...", nargs=-1)
@filter_options
@click.option("--once-more", is_flag=True, help="Also records that have come back again and again.")
@database_option
@plan_or_apply
def retry_parked(targets: Sequence[str], state: Path | None, *, only: Filter, once_more: bool, why: str | None) -> None:
    """Try parked records again, once their cause is gone.

    ID is the row's; ID@ATTEMPT, as the list shows it, is refused once the record has been tried again. REF, a
    registration's reference, stands for all its parked records. Without either, every record is meant that fits the
    options and is not due already, 10,000 of each service at a time: the plan says if there are more.
    """
    _carry_out(_RETRY, admin_url(state), why, _Meant(targets, only, once_more=once_more))


@click.command("discard")
@click.argument("targets", metavar="[ID|REF]...", nargs=-1)
@filter_options
@click.option(
    "--confirm", "confirmed", metavar="N", type=click.IntRange(min=1), help="Without ID: the number in the plan."
)
@database_option
@plan_or_apply
def discard_parked(
    targets: Sequence[str],
    state: Path | None,
    *,
    only: Filter,
    confirmed: int | None,
    why: str | None,
) -> None:
    """Discard parked records that nobody will ever decide; the records behind them go on.

    This cannot be undone. ID, REF and options as in `koppeling parked retry`. Without ID or REF nothing is discarded
    without --confirm N, with N as in the plan: others may have been parked meanwhile, which --until leaves out.
    """
    if targets and confirmed is not None:
        raise click.UsageError(
            "--confirm goes with options that choose records by what they have in common, not with an ID"
        )
    meant = _Meant(targets, only, counted=not targets, confirmed=confirmed)
    _carry_out(_DISCARD, admin_url(state), why, meant)


@dataclass(frozen=True, slots=True)
class _Meant:
    """Which records are meant: the `targets`, or without any all that fit `only`.

    `once_more`: also those that came back too often. `counted`: nothing is changed unless exactly as many are meant as
    were `confirmed`.
    """

    targets: Sequence[str]
    only: Filter
    once_more: bool = True
    counted: bool = False
    confirmed: int | None = None

    def check(self, count: int) -> None:
        """Raises ClickException where this number has to be confirmed, and was not."""
        if self.counted and count != self.confirmed:
            said = f"{self.confirmed} were confirmed" if self.confirmed else "that was not confirmed"
            raise click.ClickException(
                f"the plan has {counted(count, 'record')}, and {said}: nothing was changed. If you mean all of them, "
                f"also type --confirm {count}; --until TIME leaves out those parked meanwhile"
            )

    def not_applied(self, count: int) -> str:
        """How the operator has this plan carried out, in a sentence."""
        return not_applied(f"--confirm {count}") if self.counted else not_applied()


def _carry_out(way: _Way, url: str, why: str | None, meant: _Meant) -> None:
    seen, done = asyncio.run(_planned_and_done(way, url, why, meant))
    if why is None:
        say(meant.not_applied(len(seen)))
        return
    say(f"{counted(len(done), 'parked record')} {'is' if len(done) == 1 else 'are'} {way.done}")
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
        rows, more = await chosen_rows(database, choices, meant.only, due_too=way.due_too)
    if not meant.once_more:
        free = stop_loops(rows)
        # Rows come with the least retried first, so behind one that came back too often are only others that did.
        rows, more = free, more and len(free) == len(rows)
    click.echo("\n".join(way.plan(rows)))
    if more:
        say(f"and more: these are the first {CHOSEN_MAX} of each service. Type it again afterwards")
    if why is None:
        return rows, []
    meant.check(len(rows))
    async with changing(url) as database:
        return rows, await change(database, rows, way.deed, why)


def stop_loops(rows: Sequence[ParkedRow]) -> list[ParkedRow]:
    """The rows that were not yet retried too often; the others are retried only with --once-more.

    Raises:
        ClickException: none is left.
    """
    free = [row for row in rows if row.retried < RETRIES_MAX]
    left_out = len(rows) - len(free)
    if left_out:
        said = (
            f"{left_out} of {len(rows)} came back {RETRIES_MAX} times or more after a retry: their cause is still "
            "there. Mend it, or add --once-more and say in the reason what is different now"
        )
        if not free:
            raise click.ClickException(said)
        click.echo(f"left out: {said}", err=True)
    return free
