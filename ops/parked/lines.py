"""Parked records and groups as lines for the terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ops.parked.filter import EVERYTHING, NOTHING_FITS, Filter
from ops.parked.groups import ParkedGroup
from ops.parked.row import ParkedRow
from ops.terminal.age import age, moment
from ops.terminal.counted import counted
from ops.terminal.output import shorten, wrapped


def parked_lines(rows: Sequence[ParkedRow], now: datetime, only: Filter = EVERYTHING) -> list[str]:
    """A few lines for each row, never with its body; `only` is the filter that they fit."""
    if not rows:
        return _nothing(only)
    return [line for row in rows for line in row_lines(row, now)]


def _nothing(only: Filter) -> list[str]:
    return ["nothing is parked"] if only.empty else wrapped(NOTHING_FITS)


def row_lines(row: ParkedRow, now: datetime) -> Iterator[str]:
    """One row: what it is, where its record is, what waits behind it, and what to do."""
    tried = f"tried {row.attempts} x, " if row.attempts > 1 else ""
    yield from wrapped(f"{row.service} {row.handle}")
    yield from wrapped(f"{row.reason}, {tried}since {moment(row.since)} ({age(now - row.since)})", "  ", "  ")
    yield from wrapped(_about(row), "  ", "  ")
    yield from wrapped(f"{row.topic} {row.partition} @ {row.offset}", "  ", "  ")
    if row.reference:
        waiting = f", {row.waiting} more behind it" if row.waiting else ""
        yield from wrapped(f"registration {row.reference}{waiting}", "  ", "  ")
    if row.retry_at:
        yield f"  tried again at {moment(row.retry_at)}"
    yield from wrapped(row.advice, "  ", "  ")


def _about(row: ParkedRow) -> str:
    returned = f", came back {row.retried} x after a retry" if row.retried else ""
    release = f", release {row.release}" if row.release else ""
    return f"group {row.group}{release}{returned}{': ' if row.cause else ''}{row.cause}"


def group_lines(groups: Sequence[ParkedGroup], now: datetime, only: Filter = EVERYTHING) -> list[str]:
    """A few lines for each group; `only` is the filter that their records fit."""
    if not groups:
        return _nothing(only)
    return [line for group in groups for line in _group(group, now)]


def _group(group: ParkedGroup, now: datetime) -> Iterator[str]:
    yield shorten(f"{group.group}  {group.count} in {group.service}: {group.reason}")
    if group.cause:
        yield from wrapped(group.cause, "  ", "  ")
    releases = f", release {', '.join(group.releases)}" if group.releases else ""
    yield from wrapped(
        f"first {moment(group.first)}, last {moment(group.last)} ({age(now - group.last)} ago), "
        f"at most {counted(group.attempts_max, 'attempt')}{releases}",
        "  ", "  ",
    )  # fmt: skip
    if group.returned:
        yield from wrapped(f"{group.returned} of them came back after a retry: the cause is still there", "  ", "  ")
    if group.count > group.waiting_for_human:
        itself = group.count - group.waiting_for_human
        yield from wrapped(f"{itself} of them are tried again by themselves", "  ", "  ")
    yield from wrapped(group.advice, "  ", "  ")
