"""a.s.r. has declined a processor."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorDeclinedV1(Event):
    """The first version did not count a.s.r.'s verdicts."""

    name: ClassVar[str] = "processor-declined"

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: str

    def upcast(self) -> "ProcessorDeclined":
        """As if it were the first verdict of its cycle."""
        return ProcessorDeclined(applicant=self.applicant, cycle=self.cycle, review=1, reason=self.reason)


class ProcessorDeclined(Event):
    """`reason` is a.s.r.'s own sentence, for the processor to read; `review` counts its verdicts on this cycle."""

    name: ClassVar[str] = "processor-declined"
    version: ClassVar[int] = 2

    applicant: Applicant
    cycle: int = Field(ge=1)
    review: int = Field(ge=1)
    reason: str
