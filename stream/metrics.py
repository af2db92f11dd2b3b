"""A worker's own counts: plain numbers, updated once a batch, and read by whoever answers `/metrics`.

Everything is counted under names of our own closed lists, so that nothing from a record gets in.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import product

from stream.answer import Answer, Result
from stream.decode import Received
from stream.step import Step

AGES_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0, 3600.0)
"""Up to which age a record counts in which part of the histogram; the last part, of all older ones, has no end."""

_ENDED = frozenset({Result.EMITTED, Result.IGNORED, Result.PARKED})
"""Others wait still, or were answered before: a topic that is replayed says nothing about how fast we are."""


class Source(StrEnum):
    """From where a record was taken."""

    TOPIC = "topic"
    QUEUE = "queue"


class Metrics:
    """Counts since the process began. Only the event loop writes them; another thread may see a batch half counted."""

    def __init__(self) -> None:
        self.records = dict.fromkeys(product(Source, Result), 0)
        self.steps = dict.fromkeys(Step, 0)
        self.steps_s = dict.fromkeys(Step, 0.0)
        self.ages = [0] * (len(AGES_S) + 1)
        self.ages_s = 0.0
        self.published = 0
        self._since_s = 0.0

    def begin(self, now_s: float) -> None:
        """The next step begins; the time waited before counts for no step."""
        self._since_s = now_s

    def passed(self, step: Step, now_s: float) -> None:
        """A step has ended, and the next begins."""
        self.steps[step] += 1
        self.steps_s[step] += now_s - self._since_s
        self._since_s = now_s

    def settled(self, answers: Sequence[Answer], now: datetime) -> None:
        """These records were answered, and their outcomes are committed."""
        taken = Counter([(answer.item.row is None, answer.result) for answer in answers])
        for (is_fresh, result), count in taken.items():
            self.records[Source.TOPIC if is_fresh else Source.QUEUE, result] += count
        for item, result, *_ in answers:
            if result in _ENDED and isinstance(item, Received) and item.envelope is not None:
                # The speaker's clock may be ahead of ours, and a sum must never become less.
                age_s = max((now - item.envelope.time).total_seconds(), 0.0)
                self.ages[bisect_left(AGES_S, age_s)] += 1
                self.ages_s += age_s
