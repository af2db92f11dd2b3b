"""In words, what a retry or a discard would do to parked records, and which one `show` could show. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ops.actions.consequences import what_could_follow
from ops.parked.row import ParkedRow
from ops.terminal.counted import counted
from ops.terminal.output import shorten, wrapped

NAMED_MAX = 20


def retry_lines(rows: Sequence[ParkedRow]) -> Iterator[str]:
    """How many are retried, as which attempt, and what can follow."""
    count = counted(len(rows), "parked record")
    yield from wrapped(f"{count} would be tried again, under the same ids and in the same place", rest="  ")
    for row in rows[:NAMED_MAX]:
        yield from _named(row, f"would be attempt {row.attempts + 1}{_behind(row)}")
    yield from _others(rows)
    yield from _follows(what_could_follow(service) for service in dict.fromkeys(row.service for row in rows))


def discard_lines(rows: Sequence[ParkedRow]) -> Iterator[str]:
    """How many are discarded, and what goes on without them."""
    whose = "its" if len(rows) == 1 else "their"
    said = f"{counted(len(rows), 'parked record')} would end here: never decided, and {whose} bytes are kept no longer"
    yield from wrapped(said, rest="  ")
    for row in rows[:NAMED_MAX]:
        yield from _named(row, f"{row.topic} {row.partition} @ {row.offset}{_behind(row)}")
    yield from _others(rows)
    yield from _follows(
        [
            "what waits behind goes on, as if these records had said nothing",
            "the journal keeps that they were parked; who discarded them and why stays on record",
        ]
    )


def one_of_lines(target: str, rows: Sequence[ParkedRow]) -> Iterator[str]:
    """What can be typed in place of `target`, which stands for all of these rows."""
    yield from wrapped(f"{target} means {counted(len(rows), 'parked record')}: name one by its ID")
    for row in rows[:NAMED_MAX]:
        yield from _named(row, f"{row.topic} {row.partition} @ {row.offset}")
    yield from _others(rows)


def _named(row: ParkedRow, more: str) -> Iterator[str]:
    """The lines of one row. Its handle is not broken over lines, as it is typed again."""
    yield from wrapped(f"{row.service} {row.handle}", "  ")
    yield from wrapped(f"{row.reason}, {more}", "    ", "    ")


def _others(rows: Sequence[ParkedRow]) -> Iterator[str]:
    """The rest, after the first ones are named: only counted, by service and reason."""
    counts = Counter((row.service, row.reason) for row in rows[NAMED_MAX:])
    for (service, reason), count in counts.most_common():
        yield shorten(f"  and {count} more in {service}: {reason}")


def _behind(row: ParkedRow) -> str:
    return f", {row.waiting} more go on behind it" if row.waiting else ""


def _follows(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        yield from wrapped(sentence, rest="  ")
