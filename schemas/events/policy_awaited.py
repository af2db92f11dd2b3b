"""A registration waits for something that a.s.r.'s policy data do not hold yet, and goes on by itself."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant

WaitReason = Literal["POLICY_NOT_FOUND", "NUMBERS_MISSING", "MANDATE_MISSING"]


class PolicyAwaitedV1(Event):
    """`reason` POLICY_NOT_FOUND: nothing matches; NUMBERS_MISSING: the form had nothing to match on."""

    name: ClassVar[str] = "policy-awaited"

    reference: str
    reason: Literal["POLICY_NOT_FOUND", "NUMBERS_MISSING"]

    def upcast(self) -> "PolicyAwaitedV2":
        """Whom to tell was not said."""
        return PolicyAwaitedV2(reference=self.reference, applicant=None, cycle=1, reason=self.reason)


class PolicyAwaitedV2(Event):
    """As before, and MANDATE_MISSING: the employer has not given a mandate for its processor yet."""

    name: ClassVar[str] = "policy-awaited"
    version: ClassVar[int] = 2

    reference: str
    applicant: Applicant | None
    cycle: int = Field(ge=1)
    reason: WaitReason

    def upcast(self) -> "PolicyAwaitedV3":
        """Where the employer can be told was not said."""
        return PolicyAwaitedV3(**dict(self))


class PolicyAwaitedV3(PolicyAwaitedV2):
    """`employer_email` is where the employer is told what it alone can give; None where that is not known."""

    version: ClassVar[int] = 3

    employer_email: str | None = None

    def upcast(self) -> "PolicyAwaitedV4":
        """Nobody was reminded."""
        return PolicyAwaitedV4(**dict(self), number=0)


class PolicyAwaitedV4(PolicyAwaitedV3):
    """As before. `number` 0 is the first notice for each reason; higher ones remind of a missing mandate."""

    version: ClassVar[int] = 4

    number: int = Field(default=0, ge=0)

    def upcast(self) -> "PolicyAwaitedV5":
        """Its waits were not counted: the employer was asked once in all."""
        return PolicyAwaitedV5(**dict(self))


class PolicyAwaitedV5(PolicyAwaitedV4):
    """As before; `mandate_wait` counts the waits for a mandate: a correction for the same employer begins no new one.

    Another employer does, and a mandate that was there meanwhile.
    """

    version: ClassVar[int] = 5

    mandate_wait: int = Field(default=0, ge=0)

    def upcast(self) -> "PolicyAwaited":
        """What was looked for was not said."""
        return PolicyAwaited(**dict(self))


class PolicyAwaited(PolicyAwaitedV5):
    """As before, and of the two numbers for the search those that the form has, until a policy is found."""

    version: ClassVar[int] = 6

    raamwerkcontractnummer: str | None = None
    masked_loonheffingennummer: str | None = None
