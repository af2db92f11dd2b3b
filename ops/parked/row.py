"""A parked record as operators see it, and the advice on what to do about it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ops.terminal.view import View
from schemas.codec import CodecFault
from schemas.envelope import EnvelopeFault

_UNREADABLE = frozenset(fault.value for fault in (*CodecFault, *EnvelopeFault)) - {CodecFault.UNKNOWN_VERSION}

_ADVICE = {
    CodecFault.UNKNOWN_VERSION.value: "deploy a release that knows this version; the record is kept until then",
    "ID_REUSED": "tell the publisher: its id was used before with another body, and the first body counts",
    "DOCUMENT_UNREADABLE": "deploy a release that reads the stored document, or mend that: the trace names its kind",
    "TOO_OLD": "is its registration known? discard it; if not, see the runbook, Records are parked",
    "REPORTED_AT_IMPLAUSIBLE": "is it every report? then our clock is wrong; else have Keylane send it again",
    "NOTHING_REQUESTED": "ask Keylane which registration it means: nothing was requested for this one in that cycle",
    "NOTHING_APPLIED": "ask the back office which registration it meant: no such processor has registered",
    "ALREADY_REGISTERED": "two have this connection: have the applicant of one of them withdraw it, then try again",
    "EVENT_TOO_LARGE": "its trace names the event, and the field that makes it too large to be published: correct that",
}
_UNHEARD_OF = "look at the record: nothing goes on by itself"


class ParkedRow(View):
    """A row of a redelivery queue that stands for a parked record; it never has the record's body.

    `registration` and `reference` are None where the record could not be read, `package` where intake does not know the
    registration. `since` is when the record was first parked; `last` and `release` are when, and by which release, it
    was last parked. `retried` counts the retries that operators asked for. `retry_at` is None when the row waits for a
    human. A row that `blocks` holds up later records of the same registration; `waiting` is how many. Rows with the
    same `cause` have the same `group`.
    """

    service: str
    id: UUID
    registration: str | None
    reference: str | None
    package: str | None
    topic: str
    partition: int
    offset: int
    reason: str
    cause: str
    group: str
    attempts: int
    retried: int
    since: datetime
    last: datetime
    release: str | None
    retry_at: datetime | None
    blocks: bool
    waiting: int
    advice: str

    @property
    def handle(self) -> str:
        """What an operator types for this row as it is now; it stands for no later attempt."""
        return f"{self.id}@{self.attempts}"

    @property
    def stops(self) -> bool:
        """Whether nothing more happens to its registration until a human acts."""
        return self.blocks and self.retry_at is None


def stands_still(parked: Iterable[ParkedRow]) -> bool:
    """Whether the registration of these rows stands still until a human acts on one of them."""
    return any(row.stops for row in parked)


def advice(reason: str, retry_at: datetime | None) -> str:
    """What an operator does about a record that was parked for this reason."""
    if retry_at is not None:
        return "nothing yet: it is tried again by itself"
    if reason in _UNREADABLE:
        return "tell the publisher of the topic: nobody can be answered, the bytes are kept"
    if reason.startswith("DEFECT_"):
        return "a defect in this release: mend it with the trace that the row keeps, and deploy"
    if reason.startswith("DATABASE_REFUSED_"):
        return "the database does not take its data: find out which, by the SQLSTATE at the end of the reason"
    return _ADVICE.get(reason, _UNHEARD_OF)
