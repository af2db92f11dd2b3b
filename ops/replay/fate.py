"""What becomes of a record that is replayed without force, by the rules of the worker's fold. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from ops.actions.consequences import what_could_follow
from ops.terminal.counted import counted
from ops.terminal.output import wrapped
from stream.decode import Item, Received
from stream.horizon import is_too_old
from stream.identity import reused_id
from stream.store import OutcomeKind


class Fate(StrEnum):
    """What can become of a record."""

    NOT_READ = "not read"
    DONE = "done"
    PARKED = "parked"
    HELD_UP = "held up"
    FRESH = "fresh"
    TOO_OLD = "too old"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal says of a record."""

    hash: bytes
    outcome: OutcomeKind


Settled = Mapping[tuple[str, int], int]
"""The offset that a service reads next, by topic and lane."""


@dataclass(frozen=True, slots=True)
class ServiceKnows:
    """A service's journal by id, the keys that a parked record holds up, and how far it has pruned and read."""

    journal: Mapping[UUID, Entry]
    held_up: Collection[str]
    pruned_up_to: datetime | None
    settled: Settled


def is_read(item: Item, settled: Settled) -> bool:
    """Whether the service has read this record; if not, it still will by itself."""
    return item.record.offset < settled.get((item.record.topic, item.record.partition), 0)


def ids_to_ask(item: Item) -> tuple[UUID, ...]:
    """The ids that its entry in the journal can have."""
    return item.id, reused_id(item.id, item.hash)


def fate_of(item: Item, known: ServiceKnows, now: datetime, horizon: timedelta) -> Fate:
    """What would become of this record if it were brought now."""
    if not is_read(item, known.settled):
        return Fate.NOT_READ
    if isinstance(item, Received) and item.subject in known.held_up:
        return Fate.HELD_UP
    entry = _entry(item, known.journal)
    if entry is not None:
        return Fate.PARKED if entry.outcome is OutcomeKind.PARK else Fate.DONE
    if not isinstance(item, Received):
        return Fate.UNREADABLE
    too_old = is_too_old(item, now=now, horizon=horizon, pruned_up_to=known.pruned_up_to)
    return Fate.TOO_OLD if too_old else Fate.FRESH


def _entry(item: Item, journal: Mapping[UUID, Entry]) -> Entry | None:
    found = journal.get(item.id)
    if found is not None and found.hash != item.hash:
        return journal.get(reused_id(item.id, item.hash)) or found
    return found


def fate_lines(service: str, fates: Counter[Fate], topic: str = "") -> Iterator[str]:
    """How many records (of this topic) meet which fate in the service, and what can follow."""
    of = f" of {topic}" if topic else ""
    yield from wrapped(f"{counted(fates.total(), 'record')}{of} through {service}", rest="  ")
    for fate, words in _WORDS.items():
        if fates[fate]:
            yield from wrapped(f"{fates[fate]:>8,} {words}", rest=" " * 11)
    follows = f"could follow: {what_could_follow(service)}"
    none = "nothing new can follow: events that were emitted are published again under the same ids"
    yield from wrapped(follows if fates[Fate.FRESH] else none, rest="  ")


_WORDS = {
    Fate.NOT_READ: "not read yet: left alone, the service takes them in its turn",
    Fate.DONE: "done: answered with what was recorded, no effect",
    Fate.PARKED: "parked: answered so again, no effect (`koppeling parked` is for these)",
    Fate.HELD_UP: "left out: a parked record of their registration comes first",
    Fate.FRESH: "never handled: would run",
    Fate.TOO_OLD: "not in the journal, and beyond the horizon or pruned: would be parked, TOO_OLD",
    Fate.UNREADABLE: "not readable, and not in the journal: would be parked",
}
