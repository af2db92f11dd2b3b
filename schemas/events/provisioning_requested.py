"""Keylane is asked to configure one connection."""

from typing import ClassVar

from pydantic import Field

from schemas import retired_values
from schemas.connection_event import ConnectionEvent
from schemas.event import Value
from schemas.retired_values import upcast_client_id, upcast_secrets
from schemas.values import Dga, Frequency, Identifier, Policy, SealedSecret


class Authorisation(Value):
    """A right that Keylane needs to have been granted in the package, and why."""

    right: str
    reason: str


class ProvisioningRequestedV1(ConnectionEvent):
    """The first version knew a client id only, and secrets bound to the registration itself."""

    name: ClassVar[str] = "provisioning-requested"

    cycle: int = Field(ge=1)
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    client_id: str | None
    secrets: tuple[retired_values.SealedSecret, ...]
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...]
    authorisations: tuple[Authorisation, ...]
    keylane_contacts_customer: bool
    policy: retired_values.Policy

    def upcast(self) -> "ProvisioningRequested":
        """The client id becomes one of a list of identifiers."""
        fields = {name: value for name, value in self if name not in ("client_id", "secrets", "policy")}
        return ProvisioningRequested(
            **fields,
            identifiers=upcast_client_id(self.client_id),
            secrets=upcast_secrets(self.secrets),
            policy=self.policy.upcast(),
        )


class ProvisioningRequested(ConnectionEvent):
    """Everything Keylane needs for one connection. Its reports echo `connection` and `cycle`.

    A request of a higher cycle replaces an earlier one.
    """

    name: ClassVar[str] = "provisioning-requested"
    version: ClassVar[int] = 2

    cycle: int = Field(ge=1)
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    identifiers: tuple[Identifier, ...]
    secrets: tuple[SealedSecret, ...]
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...]
    authorisations: tuple[Authorisation, ...]
    keylane_contacts_customer: bool
    policy: Policy
