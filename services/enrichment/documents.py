"""Enrichment's state of a registration: what it waits for, while it waits."""

from typing import ClassVar

from pydantic import AwareDatetime

from schemas.events.policy_awaited import WaitReason
from schemas.values import Registration
from stream.document import Document


class Enrichment(Document):
    """`waiting` is the registration until its policy is found; `reason` says why it waits, None once it went on.

    `employer_email` is where its employer can be told. `mandate_waits` counts how often that was new: that a mandate is
    missing, or who can give it; where that was not kept yet it may have been once.

    At `due_at` it is time for a reminder of the mandate, in this cycle so far `reminders` of them, or the wait is
    `overdue`; a late policy is taken all the same. `ended`: the registration has, with this cycle, and is not taken up
    any more.
    """

    kind: ClassVar[str] = "enrichment"

    reference: str
    cycle: int
    since: AwareDatetime
    reason: WaitReason | None = None
    waiting: Registration | None = None
    employer_email: str | None = None
    reminders: int = 0
    mandate_waits: int = 1
    overdue: bool = False
    ended: bool = False
