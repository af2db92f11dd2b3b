"""The terms under which enrichment waits; a.s.r. sets them, and both are our proposal."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What is awaited longer than `deadline` is overdue; until then people are reminded every `reminder`.

    Of a mandate only: whoever waits for a policy or a number has been told what there is to check, and waits for a.s.r.
    """

    deadline: timedelta = timedelta(days=30)
    reminder: timedelta = timedelta(days=7)
