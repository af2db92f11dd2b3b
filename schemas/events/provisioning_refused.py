"""Keylane cannot configure one connection; it ends here, and its employer code is free again."""

from typing import ClassVar

from schemas.connection_event import ConnectionEvent
from schemas.values import Finding


class ProvisioningRefusedV1(ConnectionEvent):
    """The two numbers and the contact's package and employer code name the claim that is given up."""

    name: ClassVar[str] = "provisioning-refused"

    cycle: int
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None
    findings: tuple[Finding, ...]

    def upcast(self) -> "ProvisioningRefused":
        """Where the employer can be told was not said."""
        return ProvisioningRefused(**dict(self))


class ProvisioningRefused(ProvisioningRefusedV1):
    """As before; `employer_email` is where an employer asked for the link that its processor has registered."""

    version: ClassVar[int] = 2

    employer_email: str | None = None
