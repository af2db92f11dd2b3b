"""Where a registration or one of its connections stands."""

from enum import StrEnum


class Stage(StrEnum):
    """The states of a registration; those of a connection are the ones from REQUESTED on.

    A link request ends when it is taken up, a processor's registration with a.s.r.'s answer, and a correction or
    withdrawal when it is passed on to the registration that it is about.
    """

    SUBMITTED = "submitted"
    LINK_REQUESTED = "link_requested"
    PROCESSOR_APPLIED = "processor_applied"
    PROCESSOR_CONFIRMED = "processor_confirmed"
    PROCESSOR_DECLINED = "processor_declined"
    PASSED_ON = "passed_on"
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

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in _ENDS

    @property
    def words(self) -> str:
        """For a table."""
        return self.value.removeprefix("customer_").replace("_", " ")


_ENDS = frozenset(
    {
        Stage.LINK_REQUESTED,
        Stage.PROCESSOR_CONFIRMED,
        Stage.PROCESSOR_DECLINED,
        Stage.PASSED_ON,
        Stage.REALISED,
        Stage.REJECTED,
        Stage.REFUSED,
        Stage.CANCELLED,
    }
)

_FIRST_TOLD = (
    Stage.CUSTOMER_ACTION_NEEDED,
    Stage.REQUESTED,
    Stage.ACCEPTED_BY_KEYLANE,
    Stage.REALISED,
    Stage.REFUSED,
    Stage.CANCELLED,
)


def of_connections(stages: frozenset[Stage]) -> Stage:
    """The stage of a registration whose connections stand at these: first what asks for something, last what ended.

    One refused among realised ones leaves the registration realised: its own line says the rest.
    """
    return next(stage for stage in _FIRST_TOLD if stage in stages)
