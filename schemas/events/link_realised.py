"""One connection works, and its first exchange has a date."""

from datetime import date
from typing import ClassVar

from schemas.connection_event import ConnectionEvent
from schemas.event import Value
from schemas.values import ConnectionStage


class FirstExchange(Value):
    """When payroll data flow for the first time, for which period (2026-03, 2026-P03), by which version of the rule."""

    on: date
    period_id: str
    rule_version: str
    named_by_keylane: bool


class LinkRealisedV1(ConnectionEvent):
    """`realised_on` is the day of Keylane's report in Amsterdam; `connections` the whole registration's overview."""

    name: ClassVar[str] = "link-realised"

    cycle: int
    realised_on: date
    first_exchange: FirstExchange
    connections: tuple[ConnectionStage, ...]

    def upcast(self) -> "LinkRealisedV2":
        """Neither where the employer can be told nor who its processor is was said."""
        return LinkRealisedV2(**dict(self))


class LinkRealisedV2(LinkRealisedV1):
    """As before; `employer_email` is where an employer asked for the link that its processor has registered.

    `processor_name` tells it by whom.
    """

    version: ClassVar[int] = 2

    processor_name: str | None = None
    employer_email: str | None = None

    def upcast(self) -> "LinkRealised":
        """Whether it worked before was not said: a corrected one may have."""
        return LinkRealised(**dict(self), worked_before=self.cycle > 1)


class LinkRealised(LinkRealisedV2):
    """As before; `worked_before`: an earlier cycle had realised it, and it is still the same link."""

    version: ClassVar[int] = 3

    worked_before: bool = False
