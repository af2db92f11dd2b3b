"""Keylane cannot configure one connection; it ends here, and its employer code is free again."""

from typing import ClassVar

from schemas.event import Event
from schemas.values import Contact, Finding


class ProvisioningRefused(Event):
    """The two numbers and the contact's package and employer code name the claim that is given up."""

    name: ClassVar[str] = "provisioning-refused"

    contact: Contact
    cycle: int
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None
    findings: tuple[Finding, ...]

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
