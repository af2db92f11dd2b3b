"""a.s.r.'s policy data were added."""

from typing import ClassVar

from pydantic import Field

from schemas import retired_values, values
from schemas.event import Event


class PolicyEnrichedV1(Event):
    """The registration with the policy it was matched to."""

    name: ClassVar[str] = "policy-enriched"

    registration: retired_values.Registration
    policy: retired_values.Policy
    cycle: int = Field(ge=1)

    def upcast(self) -> "PolicyEnrichedV2":
        """Identifiers become a list; why the Pensioenwet applies was not said."""
        return PolicyEnrichedV2(registration=self.registration.upcast(), policy=self.policy.upcast(), cycle=self.cycle)


class PolicyEnrichedV2(Event):
    """The registration with the policy it was matched to, as it was then, and which products decide on the BSN."""

    name: ClassVar[str] = "policy-enriched"
    version: ClassVar[int] = 2

    registration: values.Registration
    policy: values.Policy
    cycle: int = Field(ge=1)

    def upcast(self) -> "PolicyEnriched":
        """Where the employer can be told was not said."""
        return PolicyEnriched(**dict(self))


class PolicyEnriched(PolicyEnrichedV2):
    """`employer_email` is passed on from the registration, so that the employer is told when the link works."""

    version: ClassVar[int] = 3

    employer_email: str | None = None
