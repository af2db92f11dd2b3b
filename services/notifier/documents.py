"""What the notifier remembers about a registration: whose code counts; the ledger knows what was planned."""

from typing import Any, ClassVar, Self

from payroll.address_key import address_key
from schemas.event import Event
from schemas.events import CorrectionRefused, RegistrationRejected, RegistrationSubmitted
from stream.document import Document


class Correspondence(Document):
    """`cycle` is the newest that anybody spoke of, to which the correction code belongs; `lapsed` the last that lapsed.

    `applicant` hashes the address of the newest cycle: nobody else gets its code, least of all an address that the
    registration has left. None where that was written before anybody kept it.

    Not written while there was one cycle only. The runtime keeps the order of a registration's events beside it.
    """

    kind: ClassVar[str] = "correspondence"

    cycle: int = 1
    lapsed: int = 0
    applicant: str | None = None

    def told_of(self, event: Event) -> Self:
        """The same, knowing of this event."""
        cycle = _cycle(event)
        if cycle == 1 or cycle < self.cycle:
            return self
        lapsed = cycle if isinstance(event, CorrectionRefused) and event.lapsed else self.lapsed
        return self.but(cycle=cycle, lapsed=lapsed, applicant=_applicant(event))

    def cycle_of_code(self, event: Event) -> int:
        """Of which cycle a mail about this event brings the code: to another address the event's own, which is old."""
        is_told = self.applicant is not None and self.applicant == _applicant(event)
        return self.cycle if is_told else _cycle(event)


def _cycle(event: Event) -> int:
    cycle: int = getattr(event, "cycle", 1)
    return cycle


def _applicant(event: Event) -> str | None:
    email = _email(event)
    return address_key(email) if email else None


def _email(event: Any) -> str | None:
    """Where the applicant is told of it."""
    match event:
        case RegistrationSubmitted():
            return event.registration.email
        case RegistrationRejected():
            return event.email
        case _:
            whom = getattr(event, "applicant", None) or getattr(event, "contact", None)
            return whom and whom.email
