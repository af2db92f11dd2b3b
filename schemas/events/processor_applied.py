"""A processor has registered and waits for a.s.r.'s review."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorApplied(Event):
    """The applicant is the processor; its company name is shown in public once it is confirmed."""

    name: ClassVar[str] = "processor-applied"

    applicant: Applicant
    cycle: int = Field(ge=1)
