"""An employer asks for the link itself, and says which processor may register it."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class LinkRequestedV1(Event):
    """The applicant is the employer; the processor is told at `processor_email`, of each correction anew."""

    name: ClassVar[str] = "link-requested"

    applicant: Applicant
    cycle: int = Field(ge=1)
    processor_name: str
    processor_email: str
    raamwerkcontractnummer: str | None
    loonheffingennummer: str

    def upcast(self) -> "LinkRequestedV2":
        """The processor was told as if each were the first."""
        return LinkRequestedV2(**dict(self), to_processor="request")


class LinkRequestedV2(LinkRequestedV1):
    """`to_processor` is what the processor is told: that it is chosen, that the request has changed, or nothing."""

    version: ClassVar[int] = 2

    to_processor: Literal["request", "change"] | None

    def upcast(self) -> "LinkRequestedV3":
        """Nobody was reminded."""
        return LinkRequestedV3(**dict(self), number=0)


class LinkRequestedV3(LinkRequestedV2):
    """As before. `number` 0 is the first notice; higher ones remind, as long as no processor has taken it up."""

    version: ClassVar[int] = 3

    number: int = Field(default=0, ge=0)

    def upcast(self) -> "LinkRequestedV4":
        """Nobody was told of an address that was left."""
        return LinkRequestedV4(**dict(self))


class LinkRequestedV4(LinkRequestedV3):
    """As before. `moved_from` is the employer's earlier address, if this cycle has changed it."""

    version: ClassVar[int] = 4

    moved_from: str | None = None

    def upcast(self) -> "LinkRequested":
        """The processor that was no longer chosen was not told so."""
        return LinkRequested(**dict(self))


class LinkRequested(LinkRequestedV4):
    """As before. `former_processor` is the address of the processor that was chosen until now, whatever it has done.

    None if it is the same one, or another request still asks it. `former_company_name` is the employer's name as that
    processor was told it.
    """

    version: ClassVar[int] = 5

    former_processor: str | None = None
    former_company_name: str | None = None
