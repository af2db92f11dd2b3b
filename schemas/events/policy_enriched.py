"""a.s.r.'s policy data were added."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Policy, Registration


class PolicyEnriched(Event):
    """The registration with the policy it was matched to."""

    name: ClassVar[str] = "policy-enriched"

    registration: Registration
    policy: Policy
    cycle: int = Field(ge=1)
