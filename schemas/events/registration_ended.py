"""A registration ended before or after its links were made; its employer codes are free again."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant, EndReason


class RegistrationEnded(Event):
    """Withdrawn by its owner, superseded by another registration (its reference), or lapsed while it waited.

    Whatever is still on its way of this or an earlier `cycle` counts no more.
    """

    name: ClassVar[str] = "registration-ended"

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: EndReason
    superseded_by: str | None
