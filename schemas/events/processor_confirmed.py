"""a.s.r. has confirmed a processor: it may register employers."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorConfirmed(Event):
    """What was held for this lets go by itself."""

    name: ClassVar[str] = "processor-confirmed"

    applicant: Applicant
    cycle: int = Field(ge=1)
