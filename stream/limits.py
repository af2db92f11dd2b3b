"""What a worker takes at a time, and how often it looks."""

from dataclasses import dataclass
from datetime import timedelta

from stream.horizon import HORIZON

BATCH_RECORDS_MAX = 1_000
"""The most that any worker takes at a time: who takes its lanes over puts its last batch, of unknown size, in order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at a time, how often, and how far back."""

    batch_records_max: int = 400
    poll_s: float = 0.25
    tick_s: float = 0.5
    commit_s: float = 0.1
    horizon: timedelta = HORIZON
