"""The notifier's state of a registration: whose code is valid; the ledger knows the planned mails."""

from typing import Any, ClassVar, Self

from payroll.address_key import address_key
from schemas.event import Event
from schemas.events import CorrectionRefused, RegistrationHeld, RegistrationRejected, RegistrationSubmitted
from schemas.values import Applicant, Contact
from stream.document import Document


class Correspondence(Document):
    """Whose code is valid. Not written as long as there was only one cycle.

    The runtime keeps the order of a registration's events beside it.

    Attributes:
        cycle: the newest in any event, to which the correction code belongs.
        lapsed: the last cycle that lapsed.
        applicant: hashes the address of the newest cycle: nobody else gets its code, least of all an address that the
            registration has left. None in older documents, and after a lapse that leaves the first form, whose address
            is not kept.
        stands: the same for the newest cycle that did not have to wait: a correction that lapses leaves the
            registration there.
    """

    kind: ClassVar[str] = "correspondence"

    cycle: int = 1
    lapsed: int = 0
    applicant: str | None = None
    stands: str | None = None

    def told_of(self, event: Event) -> Self:
        """The same, knowing of this event."""
        cycle = cycle_of(event)
        if cycle == 1 or cycle < self.cycle:
            return self
        if isinstance(event, CorrectionRefused) and event.lapsed:
            # If it would have changed the address, the old one is told, in a new cycle. Older releases began no cycle.
            stands = _applicant(event) if cycle > self.cycle else self.stands
            return self.but(cycle=cycle, lapsed=cycle, applicant=stands, stands=stands)
        applicant = _applicant(event)
        stands = self.stands if isinstance(event, RegistrationHeld | CorrectionRefused) else applicant
        return self.but(cycle=cycle, applicant=applicant, stands=stands)

    def cycle_of_code(self, event: Event) -> int:
        """The cycle whose code a mail about this event brings: to another address the event's own, which is old."""
        email = _applicant(event)
        # After a lapse that leaves the first form, whose address is not kept, there is only this one address.
        applicant = email if self.applicant is None and self.lapsed == self.cycle else self.applicant
        return self.cycle if email is not None and email == applicant else cycle_of(event)


def cycle_of(event: Event) -> int:
    """The cycle that it speaks of, as each does that calls for a mail."""
    cycle: int = vars(event)["cycle"]
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
            # Not by `getattr`: a model is slow to say that it has no such attribute.
            whom: Applicant | Contact | None = vars(event).get("applicant") or vars(event).get("contact")
            return whom.email if whom else None
