"""Provisioning's state of a registration: its connections, and the stage of each at Keylane."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from pydantic import AwareDatetime

from schemas.events import FirstExchange
from schemas.events.provisioning_reported import Report
from schemas.values import Connection, ConnectionStage, Contact, EndReason, Finding, Frequency
from stream.document import Document, Part


class LinkStage(StrEnum):
    """The stage of a connection. `states.py` says what may follow."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    ACTION_NEEDED = "action_needed"
    REALISED = "realised"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Contradiction(Part):
    """A report of Keylane's that came after its final one and does not agree with it; it was not followed."""

    report: Report
    reported_at: AwareDatetime
    findings: tuple[Finding, ...] = ()
    first_exchange_on: date | None = None


class Link(Part):
    """One connection: its stage and since when, Keylane's requests and reports about it.

    Attributes:
        requested_at: when the PolicyEnriched of its last request was said.
        cycle: the cycle of its last request; Keylane's reports are compared with it.
        wanted: the newest cycle that had it and did not ask for it anew.
        asked: the fingerprint of the last request.
        addressee: the fingerprint of its address, if Keylane contacts the customer; None also in older documents.
        rights: those that Keylane needs to have been granted; None in older documents.
        frequency: the payroll's, as requested.
        due_at: when Keylane's time is over, or when the customer is reminded; None if neither will happen.
        overdue: that time has passed; a late answer is still accepted.
        actions: how often the customer was asked in this cycle; `reminders` of them since the last new question.
        findings: why it was refused, or what the customer was asked and has not done, also of a link that worked.
        heard_at: when Keylane made the last report that counted.
        realised_on: also those of an earlier cycle, while Keylane works on a renewed secret; so `first_exchange`.
    """

    connection: int
    employer_code: str
    stage: LinkStage = LinkStage.REQUESTED
    since: AwareDatetime
    requested_at: AwareDatetime
    cycle: int
    wanted: int = 0
    asked: str
    addressee: str | None = None
    rights: tuple[str, ...] | None = None
    frequency: Frequency
    due_at: AwareDatetime | None = None
    overdue: bool = False
    actions: int = 0
    reminders: int = 0
    findings: tuple[Finding, ...] = ()
    heard_at: AwareDatetime | None = None
    realised_on: date | None = None
    first_exchange: FirstExchange | None = None
    warning: str | None = None
    contradiction: Contradiction | None = None


class Withdrawn(Part):
    """A connection that was withdrawn, as of this cycle of its registration and all earlier ones."""

    connection: int
    cycle: int


class Provisioning(Document):
    """A registration at Keylane: `cycle` is the newest known, that of its end included.

    It has no links if it ended, or some were `withdrawn`, before anything was requested. `due_at` is the earliest of
    its links', `overdue` is set if one of them is. `processor_name` and `employer_email` are set if an employer has
    asked its processor for the link. The employer's numbers are kept until it ends.
    """

    kind: ClassVar[str] = "provisioning"

    reference: str
    package: str
    company_name: str
    email: str
    processor_name: str | None = None
    employer_email: str | None = None
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None
    cycle: int
    ended: EndReason | None = None
    withdrawn: tuple[Withdrawn, ...] = ()
    links: tuple[Link, ...] = ()
    overdue: bool = False

    @property
    def requested_at(self) -> datetime | None:
        """When the oldest request that still counts was made."""
        return min((link.requested_at for link in self.links), default=None)

    def link(self, connection: int) -> Link | None:
        """The connection of this number."""
        return next((link for link in self.links if link.connection == connection), None)

    def has_worked(self, connection: int) -> bool:
        """Whether the connection, as it is now, was realised: in this cycle or an earlier one."""
        return any(link.connection == connection and link.realised_on is not None for link in self.links)

    def is_called_off(self, link: Link) -> bool:
        """Whether it was withdrawn and no later cycle has it."""
        return self.is_withdrawn(link.connection, max(link.cycle, link.wanted))

    def is_withdrawn(self, connection: int, cycle: int) -> bool:
        """Whether the connection, as of this cycle, no longer counts."""
        return any(one.connection == connection and cycle <= one.cycle for one in self.withdrawn)

    def with_links(self, changed: Iterable[Link]) -> Self:
        """The same with these links in place of those with the same number, or else appended."""
        by_number = {link.connection: link for link in (*self.links, *changed)}
        links = tuple(by_number.values())
        due_at = min((link.due_at for link in links if link.due_at is not None), default=None)
        changes = {"links": links, "due_at": due_at, "overdue": any(link.overdue for link in links)}
        return self.model_copy(update=changes)  # of checked parts: nothing is left to check

    def contact(self, link: Link | Connection) -> Contact:
        """Whom to write to about this connection."""
        return Contact(
            reference=self.reference,
            package=self.package,
            company_name=self.company_name,
            email=self.email,
            connection=link.connection,
            employer_code=link.employer_code,
        )

    def overview(self) -> tuple[ConnectionStage, ...]:
        """Every connection and its stage."""
        return tuple(
            ConnectionStage(connection=link.connection, employer_code=link.employer_code, stage=link.stage)
            for link in self.links
        )
