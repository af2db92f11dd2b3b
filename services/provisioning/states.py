"""The state machine of one connection: what befalls it, and what follows from that. Total and pure.

`python -m services.provisioning.states_table --write` puts the same table into docs/keylane.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    LinkRealised,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningRequested,
)
from services.provisioning.documents import LinkStage


class Word(StrEnum):
    """What befalls a connection: Keylane's reports, the registration's corrections and end, and time."""

    ACCEPTED = "accepted"
    ACTION_NEEDED = "action_needed"
    ACTION_NEEDED_SAME = "action_needed_same"
    CONFIGURED = "configured"
    CONFIGURED_ANOTHER_DAY = "configured_another_day"
    FAILED = "failed"
    OUTDATED = "outdated"
    STALE = "stale"
    EARLY = "early"
    CORRECTED = "corrected"
    READDRESSED = "readdressed"
    RESUBMITTED = "resubmitted"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    DEADLINE = "deadline"


class Note(StrEnum):
    """What is remembered of a word that moves nothing: for operators to see, or to be tried again."""

    CONTRADICTION = "contradiction"
    OVERDUE = "overdue"
    PARKED = "parked"


class Step(NamedTuple):
    """Where a connection stands next (None: where it stands), what is said, what is noted."""

    to: LinkStage | None = None
    says: type[Event] | None = None
    note: Note | None = None


STAYS = Step()
TAKES_IN = Step(LinkStage.ACCEPTED)
ASKS = Step(LinkStage.ACTION_NEEDED, CustomerActionNeeded)
REALISES = Step(LinkStage.REALISED, LinkRealised)
REFUSES = Step(LinkStage.REFUSED, ProvisioningRefused)
REQUESTS = Step(LinkStage.REQUESTED, ProvisioningRequested)
CANCELS = Step(LinkStage.CANCELLED, ProvisioningCancelled)
CONTRADICTS = Step(note=Note.CONTRADICTION)
OVERDUE = Step(note=Note.OVERDUE)
PARKS = Step(note=Note.PARKED)

_ROWS: Mapping[Word, tuple[Step, Step, Step, Step, Step, Step]] = {
    # word                       requested accepted  action_needed realised   refused      cancelled
    Word.ACCEPTED:               (TAKES_IN, STAYS,    TAKES_IN,    STAYS,       STAYS,       STAYS),
    Word.ACTION_NEEDED:          (ASKS,     ASKS,     ASKS,        CONTRADICTS, CONTRADICTS, STAYS),
    Word.ACTION_NEEDED_SAME:     (ASKS,     ASKS,     STAYS,       CONTRADICTS, CONTRADICTS, STAYS),
    Word.CONFIGURED:             (REALISES, REALISES, REALISES,    STAYS,       CONTRADICTS, CONTRADICTS),
    Word.CONFIGURED_ANOTHER_DAY: (REALISES, REALISES, REALISES,    CONTRADICTS, CONTRADICTS, CONTRADICTS),
    Word.FAILED:                 (REFUSES,  REFUSES,  REFUSES,     CONTRADICTS, STAYS,       STAYS),
    Word.OUTDATED:               (STAYS,    STAYS,    STAYS,       STAYS,       STAYS,       STAYS),
    Word.STALE:                  (STAYS,    STAYS,    STAYS,       STAYS,       STAYS,       STAYS),
    Word.EARLY:                  (PARKS,    PARKS,    PARKS,       PARKS,       PARKS,       PARKS),
    Word.CORRECTED:              (REQUESTS, REQUESTS, REQUESTS,    REQUESTS,    REQUESTS,    REQUESTS),
    Word.READDRESSED:            (REQUESTS, REQUESTS, REQUESTS,    STAYS,       REQUESTS,    REQUESTS),
    Word.RESUBMITTED:            (STAYS,    STAYS,    REQUESTS,    STAYS,       REQUESTS,    REQUESTS),
    Word.CANCELLED:              (CANCELS,  CANCELS,  CANCELS,     CANCELS,     CANCELS,     STAYS),
    Word.REMINDER:               (STAYS,    STAYS,    ASKS,        STAYS,       STAYS,       STAYS),
    Word.DEADLINE:               (OVERDUE,  OVERDUE,  OVERDUE,     STAYS,       STAYS,       STAYS),
}  # fmt: skip

STEPS = {(stage, word): one for word, row in _ROWS.items() for stage, one in zip(LinkStage, row, strict=True)}
"""Every pair of a stage and a word."""


def step(stage: LinkStage, word: Word) -> Step:
    """What follows when this befalls a connection that stands there."""
    return STEPS[stage, word]
