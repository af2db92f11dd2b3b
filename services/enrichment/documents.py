"""Enrichment's state of a registration: what it waits for, while it waits."""

from typing import ClassVar

from pydantic import AwareDatetime

from schemas.events.policy_awaited import WaitReason
from schemas.values import Registration
from stream.document import Document


class Enrichment(Document):
    """`waiting` is the registration until its policy is found; `reason` says why it waits, None once it went on.

    `employer_email` is the address at which its employer can be told. `mandate_waits` counts how often a wait for the
    mandate was new: it began, or another employer has to give it. Documents of older releases do not have it, and may
    have waited once.

    At `due_at` the next reminder of the mandate is due (`reminders` counts those of this cycle), or the wait becomes
    `overdue`; a late policy is accepted all the same. `ended`: the registration has ended, with this cycle, and is not
    taken up any more.
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
