"""Parked records in lines of at most 80 columns."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from ops.age import age, moment
from ops.output import COLUMNS
from ops.parked_row import ParkedRow


def parked_lines(rows: Sequence[ParkedRow], now: datetime) -> list[str]:
    """A few lines for each row; never its body."""
    if not rows:
        return ["nothing is parked"]
    return [line for row in rows for line in row_lines(row, now)]


def row_lines(row: ParkedRow, now: datetime) -> Iterator[str]:
    """One row: what it is, where its record stands, what waits behind it, what to do."""
    tried = f"tried {row.attempts} x, " if row.attempts > 1 else ""
    yield f"{row.service} {row.handle}"
    yield f"  {row.reason}, {tried}since {moment(row.since)} ({age(now - row.since)})"
    yield f"  {row.topic} {row.partition} @ {row.offset}"
    if row.reference:
        waiting = f", {row.waiting} more behind it" if row.waiting else ""
        yield f"  registration {row.reference}{waiting}"
    if row.retry_at:
        yield f"  tried again at {moment(row.retry_at)}"
    yield from wrap(row.advice, COLUMNS, initial_indent="  ", subsequent_indent="  ")
