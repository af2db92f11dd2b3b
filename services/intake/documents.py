"""Intake's state: its answer to each form, which registration holds which connection, and what others wait for.

Employers' requests to processors are in employer_request.py.
"""

from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from payroll.address_key import address_key
from schemas.events import Requirement
from schemas.ids import RegistrationId
from schemas.values import Applicant, EndReason, Identifier, SealedSecret
from stream.document import Document, Part

SUCCESSORS_MAX = 10
"""How many registrations that are to take the place of one are remembered."""

Answer = Literal["submitted", "rejected", "held", "applied", "confirmed", "declined", "requested", "passed_on", "ended"]


class ToldEmployer(Part):
    """The employer that was told of a registration, at this address; `request` is the link request that it sent.

    `lhnr` hashes the registration's number; None if it had none. `contract` hashes its contract, or without one its
    name.
    """

    request: str | None
    email: str
    lhnr: str | None = None
    contract: str | None = None


class BeforeCorrection(Part):
    """A submitted registration as it was before its correction had to wait: it stays so if the correction lapses.

    `refused` are its claims that Keylane has refused since: only the correction still has them.
    """

    form: dict[str, Any]
    email: str
    company_name: str
    package: str
    sealed_to: tuple[RegistrationId, ...]
    claims: tuple[str, ...]
    refused: tuple[str, ...] = ()
    employer: ToldEmployer | None = None


class Intake(Document):
    """One submission and what became of it.

    Attributes:
        faults: as "field CODE", never a value; likewise `warnings`.
        holders: for a rejected form: the registrations that had its employer codes.
        form: as typed, sealed, with corrections merged in, and without the code of the registration that it supersedes.
            Only kind and package if it held a clear secret.
        sealed_to: the corrections whose secrets it may hold.
        claims: keys of every claim it has, or once had or wanted; while a correction is held, also those of the
            earlier request to Keylane. The Claim says whether one is still its own.
        cycle: counts accepted forms, and changes of address that lapsed.
        due_at: when a reminder is due or it lapses; for a rejected form, until when it can be corrected.
        waits: while it is held: for what; `held_since` says since when, `reminders` how often people were reminded.
        reviews: how often a.s.r. has judged a processor in this cycle.
        stands: the earlier state, which counts again if the held correction lapses or fails.
        submitted: the cycle that was submitted last.
        taken_up: whether a processor has done what a link request asks; else it may be `overdue`, after `reminders`.
        leaving: claims that only an earlier cycle has, kept until Keylane has the last one.
        returning: claims to give back at its next wake-up.
        successors: registrations that supersede it once they can go on.
        requests: the gates of the employer's requests for which it has come.
        employer: the employer that was told of it last.
    """

    kind: ClassVar[str] = "intake"

    answer: Answer
    since: AwareDatetime
    reference: str
    package: str | None
    company_name: str | None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    holders: tuple[RegistrationId, ...] = ()
    email: str | None = None
    form: dict[str, Any] | None = None
    sealed_to: tuple[RegistrationId, ...] = ()
    claims: tuple[str, ...] = ()
    cycle: int = 1
    waits: tuple[Requirement, ...] = ()
    held_since: AwareDatetime | None = None
    reminders: int = 0
    reviews: int = 0
    stands: BeforeCorrection | None = None
    wrong_codes: int = 0
    ended: EndReason | None = None
    submitted: int = 0
    taken_up: bool = False
    overdue: bool = False
    leaving: tuple[str, ...] = ()
    returning: tuple[str, ...] = ()
    successors: tuple[RegistrationId, ...] = ()
    requests: tuple[str, ...] = ()
    employer: ToldEmployer | None = None

    @property
    def is_of_processor(self) -> bool:
        """Whether it is a processor's own registration, which a.s.r. reviews."""
        return self.answer in ("applied", "confirmed", "declined")

    @property
    def waits_for_an_end(self) -> bool:
        """Whether it waits only for the end of the registration that it supersedes."""
        return self.waits == ("SUPERSEDED_REGISTRATION",)

    @property
    def moving_to(self) -> str | None:
        """The address to which the held correction would move the registration; None if the address stays."""
        if self.stands is None or self.email is None or address_key(self.email) == address_key(self.stands.email):
            return None
        return self.email


class Holder(Part):
    """A registration that holds a claim; `owner` hashes its address.

    `held`: it waits for a gate and never went on (docs/decisions/0018).
    """

    registration: RegistrationId
    owner: str | None
    held: bool = False

    def gives_way_to(self, processor: str | None) -> bool:
        """Whether it does not keep out a registration by this other processor, given by its hashed address."""
        return self.held and processor not in (None, self.owner)


class Claim(Document):
    """A live connection belongs to one registration, or to none once that has ended; `owner` and `held` as in `Holder`.

    `beside` has the registrations with a claim of their own: in the way only of one that has no claim but this.
    """

    kind: ClassVar[str] = "claim"
    shared: ClassVar[bool] = True

    registration: RegistrationId | None
    owner: str | None = None
    beside: tuple[Holder, ...] = ()
    held: bool = False

    def is_held_by(self, registration: RegistrationId) -> bool:
        """Whether this registration holds it, alone or beside others."""
        return registration in (self.registration, *(holder.registration for holder in self.beside))

    def in_the_way(
        self,
        registration: RegistrationId,
        *,
        shares: bool,
        leaves: RegistrationId | None = None,
        processor: str | None = None,
    ) -> Holder | None:
        """The registration in the way of this one, which takes the claim for its own or `shares` it; None if none is.

        The one that `leaves` it to this one is not in the way, nor is one that gives way to this one's `processor`.
        """
        whose = self.registration
        alone = (Holder(registration=whose, owner=self.owner, held=self.held),) if whose else ()
        others = alone if shares else (*alone, *self.beside)
        stay = (one for one in others if one.registration not in (registration, leaves))
        return next((one for one in stay if not one.gives_way_to(processor)), None)

    def without(self, registration: RegistrationId) -> "Claim":
        """The claim after this registration has given it back."""
        beside = tuple(holder for holder in self.beside if holder.registration != registration)
        return Claim(registration=None, beside=beside) if self.registration == registration else self.but(beside=beside)

    def shared_by(self, holder: Holder) -> "Claim":
        """The claim with this registration beside the others."""
        others = (one for one in self.beside if one.registration != holder.registration)
        return self.but(beside=(*others, holder))


class Reference(Document):
    """A reference, which belongs to one registration."""

    kind: ClassVar[str] = "reference"
    shared: ClassVar[bool] = True

    registration: RegistrationId


class Processor(Document):
    """A processor with one package: its registration, and the credentials that serve for its employers.

    It has no registration once that has ended or has moved to another address.
    """

    kind: ClassVar[str] = "processor"
    shared: ClassVar[bool] = True

    registration: RegistrationId | None
    confirmed: bool = False
    identifiers: tuple[Identifier, ...] = ()
    secrets: tuple[SealedSecret, ...] = ()


def applicant_of(known: Intake, whose: Intake | BeforeCorrection) -> Applicant:
    """Whom to write to about the registration, at the address of this form of it."""
    return Applicant(
        reference=known.reference, email=whose.email or "", company_name=whose.company_name or "", package=whose.package
    )
