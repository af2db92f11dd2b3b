"""Up to which offset each partition was kept without a gap. Pure.

Faust can lose a record between the broker and us: it dropped records that came before it had looked up where its
partitions continue, and did not read a partition without any commit again (docs/decisions/0002). So a record counts
once all before it have counted, and if records wait and nothing moves, the partition is read again from there. A
record that comes twice changes nothing.
"""

from collections.abc import Mapping
from enum import Enum, auto

from faust.types import TP

READ_AGAIN_S = 10.0
"""How long a partition may stand still while records of it wait."""


class Passed(Enum):
    """Where a record stands, seen from its partition's position."""

    IN_ORDER = auto()
    BEYOND_A_GAP = auto()
    TOO_EARLY = auto()
    """Nobody has said yet where the partition begins."""


class Positions:
    """The offset that each partition goes on from; times are monotonic seconds. `counted` only ever grows."""

    def __init__(self) -> None:
        self.counted = 0
        self._next: dict[TP, int] = {}
        self._moved: set[TP] = set()
        self._stands_since: dict[TP, tuple[int, float]] = {}
        self._read_again: dict[TP, int] = {}
        self._came_instead: dict[TP, int] = {}

    def begin(self, starts: Mapping[TP, int]) -> None:
        """Note where partitions begin. A known position only moves on, past records that its topic no longer has."""
        for place, start in starts.items():
            self._next[place] = max(start, self._next.get(place, 0))

    def forget(self) -> None:
        """The partitions are taken away."""
        self._next.clear()
        self._moved.clear()
        self._stands_since.clear()
        self._read_again.clear()
        self._came_instead.clear()

    @property
    def begun(self) -> bool:
        """Whether anybody has said where partitions begin."""
        return bool(self._next)

    def next(self, place: TP) -> int:
        """The offset that counts next; the partition has begun."""
        return self._next[place]

    def take(self, place: TP, offset: int) -> Passed:
        """Count a record that was kept."""
        expected = self._next.get(place)
        if expected is None:
            return Passed.TOO_EARLY
        if offset > expected:
            self._came_instead[place] = min(offset, self._came_instead.get(place, offset))
            return Passed.BEYOND_A_GAP
        if offset == expected:
            self._next[place] += 1
            self._moved.add(place)
            self.counted += 1
        return Passed.IN_ORDER

    def moved(self) -> dict[TP, int]:
        """The positions of the partitions that have moved since the last call."""
        moved, self._moved = self._moved, set()
        return {place: self._next[place] for place in moved}

    def waiting(self, ends: Mapping[TP, int]) -> int:
        """How many records of these partitions do not count yet."""
        return sum(max(0, end - self._next.get(place, 0)) for place, end in ends.items())

    def read_again(self, place: TP) -> None:
        """Note that this partition is read again, from the offset that counts next."""
        self._read_again[place] = self._next[place]
        self._came_instead.pop(place, None)

    def standing_still(self, ends: Mapping[TP, int], now_s: float) -> list[TP]:
        """The partitions to read again: those that have stood still for 10 s while records of them wait."""
        again: list[TP] = []
        for place, end in ends.items():
            expected = self._next.get(place, end)
            stood, since_s = self._stands_since.get(place, (None, now_s))
            if stood != expected or expected >= end:
                self._stands_since[place] = (expected, now_s)
            elif now_s - since_s >= READ_AGAIN_S:
                again.append(place)
                self._stands_since[place] = (self._past_a_hole(place, expected), now_s)
        return again

    def _past_a_hole(self, place: TP, expected: int) -> int:
        """An offset that did not come when it was read again holds no record: the marker of a transaction does not."""
        came = self._came_instead.get(place, expected)
        if self._read_again.get(place) == expected and came > expected:
            self._next[place] = expected = came
            self._moved.add(place)
        return expected
