"""a.s.r. has confirmed a processor: it may register employers."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorConfirmedV1(Event):
    """The first version did not count a.s.r.'s verdicts."""

    name: ClassVar[str] = "processor-confirmed"

    applicant: Applicant
    cycle: int = Field(ge=1)

    def upcast(self) -> "ProcessorConfirmedV2":
        """As if it were the first verdict of its cycle."""
        return ProcessorConfirmedV2(applicant=self.applicant, cycle=self.cycle, review=1)


class ProcessorConfirmedV2(ProcessorConfirmedV1):
    """Registrations held for this go on by themselves. `review` counts a.s.r.'s verdicts on this cycle, from 1."""

    version: ClassVar[int] = 2

    review: int = Field(ge=1)

    def upcast(self) -> "ProcessorConfirmed":
        """Nobody was told of an address that was left."""
        return ProcessorConfirmed(**dict(self))


class ProcessorConfirmed(ProcessorConfirmedV2):
    """As before; `moved_from` is the earlier address, if this cycle has changed it and it stays confirmed."""

    version: ClassVar[int] = 3

    moved_from: str | None = None
