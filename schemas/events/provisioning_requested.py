"""Keylane is asked to configure one connection."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event, Value
from schemas.values import Contact, Dga, Frequency, Policy, SealedSecret


class Authorisation(Value):
    """A right Keylane has to see granted in the package, and why it is needed."""

    right: str
    reason: str


class ProvisioningRequested(Event):
    """Everything Keylane needs for one connection. Its reports echo `connection` and `cycle`."""

    name: ClassVar[str] = "provisioning-requested"

    contact: Contact
    cycle: int = Field(ge=1)
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    client_id: str | None
    secrets: tuple[SealedSecret, ...]
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...]
    authorisations: tuple[Authorisation, ...]
    keylane_contacts_customer: bool
    policy: Policy

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
