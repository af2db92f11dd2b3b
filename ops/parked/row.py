"""Records that a service has put aside: what they are, and what an operator does about them."""

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
    """A row of a redelivery queue that stands for a parked record; never its body.

    `registration` and `reference` are None where the record could not be read, `package` where intake does not know it.
    `since` is when it was parked first, `last` when it was parked last, by `release`; `retried` counts how often
    operators had it tried again. `retry_at` is None when it waits for a human. A row that `blocks` holds up the later
    records of the same registration, of which `waiting` are there. `group` is the same for the same `cause`.
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
        """What an operator types to mean this row as it is now, and no later attempt of it."""
        return f"{self.id}@{self.attempts}"

    @property
    def stops(self) -> bool:
        """Whether nothing more happens to its registration before a human has looked."""
        return self.blocks and self.retry_at is None


def stands_still(parked: Iterable[ParkedRow]) -> bool:
    """Whether the registration of these does, until a human has looked at one of them."""
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
