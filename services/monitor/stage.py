"""Where a registration can stand, in the words of `koppeling status`, and how long it may be silent there."""

from enum import StrEnum
from typing import NamedTuple

_MINUTE_S = 60
_DAY_S = 86_400


class Rule(NamedTuple):
    """`level` orders the stages of one cycle; `silence_s` is how long it may stand there, None: for ever."""

    level: int
    silence_s: int | None = None


class Stage(StrEnum):
    """The stages, in the order in which they are shown."""

    SUBMITTED = "submitted"
    PROCESSOR_APPLIED = "processor_applied"
    HELD = "held"
    ACCEPTED = "accepted"
    AWAITING_POLICY = "awaiting_policy"
    ENRICHED = "enriched"
    REQUESTED = "requested"
    ACCEPTED_BY_KEYLANE = "accepted_by_keylane"
    CUSTOMER_ACTION_NEEDED = "customer_action_needed"
    REALISED = "realised"
    REJECTED = "rejected"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LINK_REQUESTED = "link_requested"
    PROCESSOR_CONFIRMED = "processor_confirmed"
    PROCESSOR_DECLINED = "processor_declined"
    PASSED_ON = "passed_on"

    @property
    def level(self) -> int:
        """Within a cycle the highest level is the furthest."""
        return RULES[self].level

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return RULES[self].silence_s is None

    @property
    def words(self) -> str:
        """Its name for people."""
        return self.value.removeprefix("customer_").replace("_", " ")


RULES: dict[Stage, Rule] = {
    # What our own services do takes seconds; what people do takes as long as the deadlines of the flow allow.
    Stage.SUBMITTED: Rule(0, 2 * _MINUTE_S),
    Stage.HELD: Rule(1, 30 * _DAY_S),
    Stage.LINK_REQUESTED: Rule(1),
    Stage.PROCESSOR_APPLIED: Rule(1, 10 * _DAY_S),
    Stage.PROCESSOR_CONFIRMED: Rule(2),
    Stage.PROCESSOR_DECLINED: Rule(2),
    Stage.ACCEPTED: Rule(3, 2 * _MINUTE_S),
    Stage.AWAITING_POLICY: Rule(4, 30 * _DAY_S),
    Stage.ENRICHED: Rule(5, 2 * _MINUTE_S),
    Stage.REQUESTED: Rule(6, 5 * _DAY_S),
    Stage.ACCEPTED_BY_KEYLANE: Rule(6, 10 * _DAY_S),
    Stage.CUSTOMER_ACTION_NEEDED: Rule(7, 14 * _DAY_S),
    Stage.REALISED: Rule(8),
    Stage.REJECTED: Rule(8),
    Stage.REFUSED: Rule(8),
    Stage.PASSED_ON: Rule(8),
    Stage.CANCELLED: Rule(9),
}

FIRST_TOLD = (
    Stage.CUSTOMER_ACTION_NEEDED,
    Stage.REQUESTED,
    Stage.ACCEPTED_BY_KEYLANE,
    Stage.REALISED,
    Stage.REFUSED,
    Stage.CANCELLED,
)
"""The order in which a registration shows one of its connections' stages: what needs something first, an end last."""


def of_connections(stages: frozenset[Stage]) -> Stage:
    """The stage of a registration whose connections stand at these.

    One refused among realised ones leaves the registration realised: its own line says the rest.
    """
    return next(stage for stage in FIRST_TOLD if stage in stages)
