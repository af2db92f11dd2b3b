"""What provisioning remembers about a registration: its connections, and where each stands with Keylane."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime

from schemas.events import FirstExchange
from schemas.values import ConnectionStage, Contact, Finding, Frequency
from stream.document import Document, Part


class LinkStage(StrEnum):
    """Where a connection stands. The last two are final: the first final word of Keylane's wins."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    ACTION_NEEDED = "action_needed"
    REALISED = "realised"
    REFUSED = "refused"

    @property
    def final(self) -> bool:
        """Whether Keylane has said its last word."""
        return self in (LinkStage.REALISED, LinkStage.REFUSED)


class Link(Part):
    """One connection: since when it stands where, what Keylane found, and how often the customer was asked."""

    connection: int
    employer_code: str
    stage: LinkStage = LinkStage.REQUESTED
    since: AwareDatetime
    actions: int = 0
    findings: tuple[Finding, ...] = ()
    realised_on: date | None = None
    first_exchange: FirstExchange | None = None
    warning: str | None = None


class Provisioning(Document):
    """A registration at Keylane. `overdue` once the deadline passed without Keylane's last word on every connection."""

    kind: ClassVar[str] = "provisioning"

    reference: str
    package: str
    company_name: str
    email: str
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    frequency: Frequency
    cycle: int
    requested_at: AwareDatetime
    links: tuple[Link, ...]
    overdue: bool = False

    def link(self, connection: int) -> Link | None:
        """The connection of this number."""
        return next((link for link in self.links if link.connection == connection), None)

    def contact(self, link: Link) -> Contact:
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
        """Every connection and where it stands."""
        return tuple(
            ConnectionStage(connection=link.connection, employer_code=link.employer_code, stage=link.stage)
            for link in self.links
        )
