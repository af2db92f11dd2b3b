"""I3: the events of a registration are published and handled in order."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from ops.audit.judge.evidence import QueueRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History, said_at
from ops.audit.judge.seen import Seen

_DEVELOPERS = "call the developers; readers who follow the contract pass over the lower one"
_finding = partial(Finding, Invariant.I3, act=_DEVELOPERS)


def find(history: History) -> Iterator[Finding]:
    """What was published or handled too early."""
    for seen in history.seen.values():
        yield from _published(history, seen)
    for party in history.services:
        yield from _overtaken(history, party.name)


def _published(history: History, seen: list[Seen]) -> Iterator[Finding]:
    """The first copies of one producer's events about a registration must be in the order of their revisions."""
    highest: dict[tuple[str, str, int], int] = {}
    known: set[str] = set()
    for one in seen:
        heading = one.heading
        if not (history.is_ours(one) and heading.revision):
            continue
        if heading.id in known or _is_older(history, one):
            continue
        known.add(heading.id)
        stream = (heading.source, heading.subject, one.record.partition)
        if heading.revision <= highest.get(stream, 0):
            what = f"revision {heading.revision} stands behind revision {highest[stream]}"
            yield _finding("OUT_OF_ORDER", f"{one.at}, registration {heading.subject}", what)
        highest[stream] = max(heading.revision, highest.get(stream, 0))


def _is_older(history: History, one: Seen) -> bool:
    """Whether its first copy may lie before the part of the log that was read."""
    return one.heading.time < history.first_times[one.place]


def _overtaken(history: History, service: str) -> Iterator[Finding]:
    """Behind a record that blocks its registration, nothing that came later may be handled."""
    blocking = _blocking(history.tables(service).queue)
    if not blocking:
        return
    for row in history.tables(service).journal:
        first = blocking.get(row.subject)
        if first is None or row.outcome == "park":
            continue
        if row.first_at <= _blocked_since(history, service, first):
            continue  # It stood before that one, and was tried again.
        # A wake-up, or a record from a wrong lane, may have been in the queue before the blocking record. And if the
        # publisher's clock ran ahead, the journal has the event's time, so nobody knows when it was handled.
        came = history.delivered[service].get(row.id, ())
        if any(one.record.partition == first.partition and said_at(one.heading.time) != row.first_at for one in came):
            what = f"journal entry {row.id} was handled although {first.id} ({first.reason}) blocks the registration"
            yield _finding("OVERTAKEN", f"{service}, registration {row.subject}", what)


def _blocked_since(history: History, service: str, first: QueueRow) -> datetime:
    """Since when it blocks: not before its event's time, as the queue's clock may have been set back."""
    entry = history.journals[service].get(first.id)
    return max(first.first_at, entry.first_at) if entry else first.first_at


def _blocking(queue: tuple[QueueRow, ...]) -> dict[str, QueueRow]:
    by_key: dict[str, list[QueueRow]] = defaultdict(list)
    for row in queue:
        if row.blocks and not row.handled and row.kind == "parked":
            by_key[row.key].append(row)
    return {key: min(rows, key=lambda row: row.seq) for key, rows in by_key.items() if key}
