"""What the timeline remembers of a registration: what was said about it, as codes, in the order in which it was."""

from datetime import date
from typing import ClassVar, get_args

from pydantic import AwareDatetime

from schemas.events import ProvisioningReported
from schemas.events.provisioning_reported import Report
from stream.document import Document, Part

ENTRIES_MAX = 500
_STEPS = {report: step for step, report in enumerate(get_args(Report))}
"""Keylane's reports of one millisecond, which their ids put in no order: taken in first, an end last."""


class Why(Part):
    """A reason by its code; `detail` is the field of a fault, or the right that is missing."""

    code: str
    detail: str | None = None


class Said(Part):
    """What an event says beside its name: which cycle and connection, why, until or from which day, who follows.

    `number` counts reminders, and how often a mail was planned anew; `on` is the first exchange, the day on which a
    wait lapses, or that on which a mail was sent. `note` is a sentence of a.s.r.'s, a report's word, a mail's kind, a
    reference, or the employer codes that were withdrawn; of a mail, `why` is whom it went to, by role, and `sent_at`
    when: its event is said a moment later.
    """

    cycle: int | None = None
    connection: int | None = None
    employer_code: str | None = None
    number: int | None = None
    why: tuple[Why, ...] = ()
    on: date | None = None
    note: str | None = None
    sent_at: AwareDatetime | None = None


class Entry(Part):
    """One event: when it was said, and what."""

    at: AwareDatetime
    event: str
    revision: int
    id: str
    said: Said

    @property
    def place(self) -> tuple[AwareDatetime, str, int, int, str]:
        """Where it stands among the others, whenever it arrived."""
        step = _STEPS.get(self.said.note or "", 0) if self.event == ProvisioningReported.name else 0
        return self.at, self.event, self.revision, step, self.id


class Timeline(Document):
    """Entries in the order of their events. Of more than 500 the newest are kept."""

    kind: ClassVar[str] = "timeline"

    package: str | None = None
    entries: tuple[Entry, ...] = ()

    def grown(self, entry: Entry, package: str | None) -> "Timeline":
        """With this entry in its place: the same in whatever order they come."""
        known = {(one.event, one.id): one for one in (*self.entries, entry)}
        entries = sorted(known.values(), key=lambda one: one.place)[-ENTRIES_MAX:]
        return self.but(entries=tuple(entries), package=self.package or package)
