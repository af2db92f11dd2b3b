"""The state machine of one connection: its triggers, and what follows from each. Total and pure.

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


class Trigger(StrEnum):
    """An input of a connection's state machine: Keylane's reports, the registration's corrections and end, and time."""

    ACCEPTED = "accepted"
    ACTION_NEEDED = "action_needed"
    ACTION_NEEDED_SAME = "action_needed_same"
    STOPPED_WORKING = "stopped_working"
    CONFIGURED = "configured"
    CONFIGURED_ANOTHER_DAY = "configured_another_day"
    WORKS_AGAIN = "works_again"
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
    """A note of a trigger that changes no stage: for operators to see, or to be tried again."""

    CONTRADICTION = "contradiction"
    TAKEN_BACK = "taken_back"
    OVERDUE = "overdue"
    PARKED = "parked"


class Transition(NamedTuple):
    """A connection's next stage (None: the same), the event that is emitted, the note."""

    to: LinkStage | None = None
    says: type[Event] | None = None
    note: Note | None = None


STAYS = Transition()
TAKES_IN = Transition(LinkStage.ACCEPTED)
ASKS = Transition(LinkStage.ACTION_NEEDED, CustomerActionNeeded)
REALISES = Transition(LinkStage.REALISED, LinkRealised)
REFUSES = Transition(LinkStage.REFUSED, ProvisioningRefused)
REQUESTS = Transition(LinkStage.REQUESTED, ProvisioningRequested)
CANCELS = Transition(LinkStage.CANCELLED, ProvisioningCancelled)
CONTRADICTS = Transition(note=Note.CONTRADICTION)
PASSES_ON = Transition(says=CustomerActionNeeded, note=Note.CONTRADICTION)
TAKES_BACK = Transition(note=Note.TAKEN_BACK)
OVERDUE = Transition(note=Note.OVERDUE)
PARKS = Transition(note=Note.PARKED)

_ROWS: Mapping[Trigger, tuple[Transition, Transition, Transition, Transition, Transition, Transition]] = {
    # trigger                        requested accepted  action_needed realised   refused      cancelled
    Trigger.ACCEPTED:               (TAKES_IN, STAYS,    TAKES_IN,    STAYS,       STAYS,       STAYS),
    Trigger.ACTION_NEEDED:          (ASKS,     ASKS,     ASKS,        CONTRADICTS, CONTRADICTS, STAYS),
    Trigger.ACTION_NEEDED_SAME:     (ASKS,     ASKS,     STAYS,       CONTRADICTS, CONTRADICTS, STAYS),
    Trigger.STOPPED_WORKING:        (ASKS,     ASKS,     ASKS,        PASSES_ON,   CONTRADICTS, STAYS),
    Trigger.CONFIGURED:             (REALISES, REALISES, REALISES,    STAYS,       CONTRADICTS, CONTRADICTS),
    Trigger.CONFIGURED_ANOTHER_DAY: (REALISES, REALISES, REALISES,    CONTRADICTS, CONTRADICTS, CONTRADICTS),
    Trigger.WORKS_AGAIN:            (REALISES, REALISES, REALISES,    TAKES_BACK,  CONTRADICTS, CONTRADICTS),
    Trigger.FAILED:                 (REFUSES,  REFUSES,  REFUSES,     CONTRADICTS, STAYS,       STAYS),
    Trigger.OUTDATED:               (STAYS,    STAYS,    STAYS,       STAYS,       STAYS,       STAYS),
    Trigger.STALE:                  (STAYS,    STAYS,    STAYS,       STAYS,       STAYS,       STAYS),
    Trigger.EARLY:                  (PARKS,    PARKS,    PARKS,       PARKS,       PARKS,       PARKS),
    Trigger.CORRECTED:              (REQUESTS, REQUESTS, REQUESTS,    REQUESTS,    REQUESTS,    REQUESTS),
    Trigger.READDRESSED:            (REQUESTS, REQUESTS, REQUESTS,    STAYS,       REQUESTS,    REQUESTS),
    Trigger.RESUBMITTED:            (STAYS,    STAYS,    REQUESTS,    STAYS,       REQUESTS,    REQUESTS),
    Trigger.CANCELLED:              (CANCELS,  CANCELS,  CANCELS,     CANCELS,     CANCELS,     STAYS),
    Trigger.REMINDER:               (STAYS,    STAYS,    ASKS,        STAYS,       STAYS,       STAYS),
    Trigger.DEADLINE:               (OVERDUE,  OVERDUE,  OVERDUE,     STAYS,       STAYS,       STAYS),
}  # fmt: skip

TRANSITIONS = {
    (stage, trigger): one for trigger, row in _ROWS.items() for stage, one in zip(LinkStage, row, strict=True)
}
"""Every pair of a stage and a trigger."""


def transition(stage: LinkStage, trigger: Trigger) -> Transition:
    """The transition that this trigger causes at that stage."""
    return TRANSITIONS[stage, trigger]
