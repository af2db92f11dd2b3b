"""What the timeline remembers of a registration: every event about it, as codes, in the order of the events."""

from datetime import date
from typing import ClassVar, get_args

from pydantic import AwareDatetime

from schemas.events import ProvisioningReported
from schemas.events.provisioning_reported import Report
from stream.document import Document, Part

ENTRIES_MAX = 500
_STEPS = {report: step for step, report in enumerate(get_args(Report))}
"""The order of Keylane's reports of one millisecond, which their ids do not tell: the acceptance first, an end last."""


class Why(Part):
    """A reason by its code; `detail` is the field of a fault, or the right that is missing."""

    code: str
    detail: str | None = None


class Said(Part):
    """What an event says beside its name. What a field means depends on the event.

    `number` counts reminders, or how often a mail was planned anew. `on` is the day of the first exchange, on which a
    wait lapses, or on which a mail was sent. `note` is a.s.r.'s reason for declining, the word of Keylane's report, a
    mail's kind, the reference of the registration that took the place, or the employer codes that were withdrawn. For a
    mail, `why` is the role that it went to, and `sent_at` when it was sent, a moment before the event.
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
        """Its place among the other entries, whenever it arrived: entries are sorted by this."""
        step = _STEPS.get(self.said.note or "", 0) if self.event == ProvisioningReported.name else 0
        return self.at, self.event, self.revision, step, self.id


class Timeline(Document):
    """Entries in the order of their events. Of more than 500 the newest are kept."""

    kind: ClassVar[str] = "timeline"

    package: str | None = None
    entries: tuple[Entry, ...] = ()

    def grown(self, entry: Entry, package: str | None) -> "Timeline":
        """The timeline with this entry in its place; in whatever order entries come, the result is the same."""
        known = {(one.event, one.id): one for one in (*self.entries, entry)}
        entries = sorted(known.values(), key=lambda one: one.place)[-ENTRIES_MAX:]
        return self.but(entries=tuple(entries), package=self.package or package)
