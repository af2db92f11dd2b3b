"""A registration waits for what a.s.r.'s policy data do not hold yet, and goes on by itself."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class PolicyAwaitedV1(Event):
    """`reason` POLICY_NOT_FOUND: nothing matches; NUMBERS_MISSING: the form had nothing to match on."""

    name: ClassVar[str] = "policy-awaited"

    reference: str
    reason: Literal["POLICY_NOT_FOUND", "NUMBERS_MISSING"]

    def upcast(self) -> "PolicyAwaited":
        """Whom to tell was not said."""
        return PolicyAwaited(reference=self.reference, applicant=None, cycle=1, reason=self.reason)


class PolicyAwaited(Event):
    """As before, and MANDATE_MISSING: the employer has not given a mandate for its processor yet."""

    name: ClassVar[str] = "policy-awaited"
    version: ClassVar[int] = 2

    reference: str
    applicant: Applicant | None
    cycle: int = Field(ge=1)
    reason: Literal["POLICY_NOT_FOUND", "NUMBERS_MISSING", "MANDATE_MISSING"]
