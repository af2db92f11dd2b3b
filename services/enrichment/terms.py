"""The terms under which enrichment waits; a.s.r. sets them, and both are our proposal."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """A wait longer than `deadline` is overdue; until then people are reminded every `reminder`.

    They are reminded only of a mandate: whoever waits for a policy or a number was told what to check, and waits for
    a.s.r.
    """

    deadline: timedelta = timedelta(days=30)
    reminder: timedelta = timedelta(days=7)
