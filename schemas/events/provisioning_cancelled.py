"""Keylane need not go on with one connection: its registration has ended, or it was withdrawn from that."""

from typing import ClassVar

from pydantic import Field

from schemas.connection_event import ConnectionEvent
from schemas.values import EndReason


class ProvisioningCancelled(ConnectionEvent):
    """`cycle` is that of the connection's last request: later requests stand."""

    name: ClassVar[str] = "provisioning-cancelled"

    cycle: int = Field(ge=1)
    reason: EndReason
