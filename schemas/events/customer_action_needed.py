"""Keylane cannot go on before the customer has done something."""

from typing import ClassVar

from pydantic import Field

from schemas.connection_event import ConnectionEvent
from schemas.values import Finding


class CustomerActionNeededV1(ConnectionEvent):
    """`number` counts such requests for one connection within a cycle."""

    name: ClassVar[str] = "customer-action-needed"

    cycle: int
    number: int = Field(ge=1)
    findings: tuple[Finding, ...]

    def upcast(self) -> "CustomerActionNeeded":
        """Whether one was a reminder was not said."""
        return CustomerActionNeeded(**dict(self))


class CustomerActionNeeded(CustomerActionNeededV1):
    """As before. `is_reminder`: nothing is new since the one before."""

    version: ClassVar[int] = 2

    is_reminder: bool = False
