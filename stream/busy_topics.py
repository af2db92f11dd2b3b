"""Which topics a consumer asks for while it is busy.

The more partitions a fetch names, the more it costs both sides, whether anything comes from them or not: a worker that
holds six lanes of thirteen topics names 78 for every small batch, when two of those topics carry nearly all there
is. So while records keep coming, topics that have been silent are asked for a few times a second only; and as soon as
none come, all of them, all the time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

SILENT_S = 5.0
"""A topic from which nothing came for so long is silent."""

ASK_ALL_EVERY_S = 0.25
"""How long a busy consumer leaves silent topics alone at most, but for the wait of one fetch."""


@dataclass
class BusyTopics:
    """What was heard when, in monotonic seconds."""

    topics: Collection[str]
    _heard_s: dict[str, float] = field(default_factory=dict)
    _all_at_s: float = 0.0

    def left_alone(self, heard: Iterable[str], now_s: float) -> frozenset[str]:
        """The topics that the next fetch need not name, after one that brought records of these topics."""
        self._heard_s.update(dict.fromkeys(heard, now_s))
        if self._heard_s and now_s == max(self._heard_s.values()) and now_s < self._all_at_s:
            return frozenset(t for t in self.topics if now_s - self._heard_s.get(t, -SILENT_S) >= SILENT_S)
        self._all_at_s = now_s + ASK_ALL_EVERY_S
        return frozenset()
