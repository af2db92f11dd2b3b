"""Keylane cannot go on before the customer has done something."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Contact, Finding


class CustomerActionNeeded(Event):
    """`number` counts such requests for one connection within a cycle."""

    name: ClassVar[str] = "customer-action-needed"

    contact: Contact
    cycle: int
    number: int = Field(ge=1)
    findings: tuple[Finding, ...]

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
