"""Which topics a consumer fetches while it is busy.

The more partitions a fetch names, the more it costs both sides, whether or not anything comes from them: a worker that
holds six lanes of thirteen topics names 78 for every small batch, although two of those topics carry nearly all
records. So while records keep coming, silent topics are left out for a while, then fetched with the others for a
while. As soon as no records come, all topics are fetched, until records have kept coming for as long again.

Each broker has a fetch of its own, and a fetch under way cannot be changed: if its broker has nothing to send, it lasts
as long as a fetch may wait. Records of a topic that is left out by the time they arrive are thrown away. So all topics
are fetched until each broker has ended the earlier fetch and answered one that names them; and for as long as batches
are full, because then more is fetched than taken, and a silent topic's record stands behind the others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

SILENT_S = 5.0
"""A topic from which nothing came for so long is silent."""

LEFT_ALONE_S_MAX = 1.5
"""How long a busy consumer leaves silent topics alone at most, but for the batch under way."""

ANSWER_S_MAX = 0.2
"""What an answer takes beside a fetch's wait: aiokafka begins the next fetch a tenth of a second late where records of
that broker are not taken yet."""


@dataclass
class BusyTopics:
    """What was heard when, in monotonic seconds; `fetch_wait_s` is how long a broker may wait with its answer."""

    topics: Collection[str]
    fetch_wait_s: float
    _heard_s: dict[str, float] = field(default_factory=dict)
    _is_alone: bool = False
    _since_s: float = 0.0

    def left_alone(self, heard: Collection[str], now_s: float, *, asks_all: bool = False) -> frozenset[str]:
        """The topics that the next fetch need not name, after one that brought records of these topics.

        None is left out if no records came although some were awaited, or if more than a batch has come.
        """
        # At the start no topic is silent yet.
        self._heard_s = (self._heard_s or dict.fromkeys(self.topics, now_s)) | dict.fromkeys(heard, now_s)
        lasted_s = now_s - self._since_s
        is_over = lasted_s >= (LEFT_ALONE_S_MAX if self._is_alone else self.fetch_wait_s + ANSWER_S_MAX)
        if asks_all or (is_over and (heard or self._is_alone)):
            self._is_alone, self._since_s = not (asks_all or self._is_alone), now_s
        return frozenset(self._silent(now_s)) if self._is_alone else frozenset()

    def _silent(self, now_s: float) -> Iterable[str]:
        return (topic for topic in self.topics if now_s - self._heard_s[topic] >= SILENT_S)
