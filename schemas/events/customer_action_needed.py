"""Keylane cannot go on before the customer has done something."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Contact, Finding


class CustomerActionNeededV1(Event):
    """`number` counts such requests for one connection within a cycle."""

    name: ClassVar[str] = "customer-action-needed"

    contact: Contact
    cycle: int
    number: int = Field(ge=1)
    findings: tuple[Finding, ...]

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"

    def upcast(self) -> "CustomerActionNeeded":
        """Which of them reminded was not said."""
        return CustomerActionNeeded(**dict(self))


class CustomerActionNeeded(CustomerActionNeededV1):
    """As before. `is_reminder`: nothing is new since the one before."""

    version: ClassVar[int] = 2

    is_reminder: bool = False
