"""What a replay would do, counted and in words. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ops.actions.consequences import what_could_follow
from ops.replay.fate import Fate
from ops.terminal.output import wrapped

_WORDS = {
    Fate.NOT_READ: "were not read yet: left alone, the service takes them in its turn",
    Fate.DONE: "are done: answered with what was recorded, no effect",
    Fate.PARKED: "were parked: answered so again, no effect (`koppeling parked` is for these)",
    Fate.HELD_UP: "are left out: a parked record of their registration comes first",
    Fate.FRESH: "were never handled: they would run",
    Fate.TOO_OLD: "are not in the journal, and lie beyond the horizon or were pruned: parked, TOO_OLD",
    Fate.UNREADABLE: "cannot be read and are not in the journal: parked",
}


@dataclass
class FateCounts:
    """How many records meet which fate in one service."""

    service: str
    fates: Counter[Fate] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return self.fates.total()


def fate_lines(counts: FateCounts) -> Iterator[str]:
    """The counts, and what can follow, none wider than the terminal."""
    yield f"{counts.total} record{'s' if counts.total != 1 else ''} through {counts.service}"
    for fate, words in _WORDS.items():
        if counts.fates[fate]:
            yield from wrapped(f"{counts.fates[fate]:>8} {words}", rest=" " * 11)
    follows = f"could follow: {what_could_follow(counts.service)}"
    none = "nothing new can follow: events that were emitted are published again under the same ids"
    yield from wrapped(follows if counts.fates[Fate.FRESH] else none, rest="  ")
