"""Which topics a consumer asks for while it is busy.

The more partitions a fetch names, the more it costs both sides, whether anything comes from them or not: a worker that
holds six lanes of thirteen topics names 78 for every small batch, when two of those topics carry nearly all there
is. So while records keep coming, topics that have been silent are left alone for a while, then asked for with the
others for a while; and as soon as none come, all of them, until records have kept coming for as long again.

There is a fetch for each broker, and one that is under way is not changed any more: where a broker has nothing to say
it goes on for as long as a fetch may wait. And what an answer brings of a topic that is left alone by then is thrown
away. So all are asked for until each broker has ended the fetch from before and answered one that names them; and for
as long as batches are full: then more is fetched than taken, and a silent topic's record stands behind it.
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

        All are asked for where none came although some were awaited, and where more than a batch has come.
        """
        # Who has just begun has not heard yet which are silent.
        self._heard_s = (self._heard_s or dict.fromkeys(self.topics, now_s)) | dict.fromkeys(heard, now_s)
        lasted_s = now_s - self._since_s
        is_over = lasted_s >= (LEFT_ALONE_S_MAX if self._is_alone else self.fetch_wait_s + ANSWER_S_MAX)
        if asks_all or (is_over and (heard or self._is_alone)):
            self._is_alone, self._since_s = not (asks_all or self._is_alone), now_s
        return frozenset(self._silent(now_s)) if self._is_alone else frozenset()

    def _silent(self, now_s: float) -> Iterable[str]:
        return (topic for topic in self.topics if now_s - self._heard_s[topic] >= SILENT_S)
