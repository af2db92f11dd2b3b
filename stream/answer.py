"""What became of one record: the canonical log line is made from this, and from nothing else."""

from enum import StrEnum
from typing import NamedTuple

from stream.decode import Item


class Result(StrEnum):
    """Every way a record's handling can end."""

    EMITTED = "emitted"
    IGNORED = "ignored"
    PARKED = "parked"
    RETRY = "retry"
    QUEUED = "queued"
    MOVED = "moved"
    REPEATED = "repeated"
    LEFT = "left"


class Answer(NamedTuple):
    """One record's end in one batch. `attempt` is the last one made, so for a record that is left, the one before.

    `suspect` is set if the release may be to blame: the key or document that it failed at.
    """

    item: Item
    result: Result
    reason: str = ""
    attempt: int = 1
    emitted: int = 0
    suspect: str | None = None
