"""Keylane need not go on with one connection: its registration has ended, or it was withdrawn from that."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Contact, EndReason


class ProvisioningCancelled(Event):
    """`cycle` is that of the connection's last request: whatever is asked later stands."""

    name: ClassVar[str] = "provisioning-cancelled"

    contact: Contact
    cycle: int = Field(ge=1)
    reason: EndReason

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
