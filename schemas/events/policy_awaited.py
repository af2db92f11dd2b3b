"""No policy was found yet; the registration waits and goes on by itself."""

from typing import ClassVar, Literal

from schemas.event import Event


class PolicyAwaited(Event):
    """`reason` POLICY_NOT_FOUND: nothing matches; NUMBERS_MISSING: the form had nothing to match on."""

    name: ClassVar[str] = "policy-awaited"

    reference: str
    reason: Literal["POLICY_NOT_FOUND", "NUMBERS_MISSING"]
