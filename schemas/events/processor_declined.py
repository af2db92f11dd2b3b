"""a.s.r. has declined a processor."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorDeclined(Event):
    """`reason` is a.s.r.'s own sentence, for the processor to read."""

    name: ClassVar[str] = "processor-declined"

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: str
