"""An employer asks for the link itself, and says which processor may register it."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class LinkRequested(Event):
    """The applicant is the employer; the processor is told at `processor_email`."""

    name: ClassVar[str] = "link-requested"

    applicant: Applicant
    cycle: int = Field(ge=1)
    processor_name: str
    processor_email: str
    raamwerkcontractnummer: str | None
    loonheffingennummer: str
