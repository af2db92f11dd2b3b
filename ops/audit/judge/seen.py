"""A record of a topic, as the judge sees it."""

from typing import NamedTuple
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.evidence import LogRecord, Place
from ops.audit.judge.heading import Heading, data_of, heading_of

FORMS = "form-received"


class Seen(NamedTuple):
    """A record of a topic; `entry` and `body` are the id and the hash that its journal entry would have."""

    record: LogRecord
    heading: Heading
    subject: str
    entry: UUID
    body: bytes
    late: bool

    @property
    def place(self) -> Place:
        """The partition that it is in."""
        return Place(self.record.topic, self.record.partition)

    @property
    def at(self) -> str:
        """Its place, for people."""
        return f"{self.record.topic} {self.record.partition} @ {self.record.offset}"


def seen_as(record: LogRecord, *, late: bool = False) -> Seen:
    """What the record is, as far as its headers (and a form's value) tell."""
    heading = heading_of(record.headers)
    subject = heading.subject
    if record.topic == FORMS:
        submission = data_of(record.value).get("submission_id")
        subject = recipes.registration_of(heading.source, submission) if isinstance(submission, str) else ""
    body = recipes.body_of(heading.name, heading.version, record.value)
    return Seen(record, heading, subject, recipes.entry_of(heading.source, heading.id), body, late)
