"""A registration ended before or after its links were made; its employer codes are free again."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant, EndReason


class RegistrationEndedV1(Event):
    """The first version told nobody but the address that stood."""

    name: ClassVar[str] = "registration-ended"

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: EndReason
    superseded_by: str | None

    def upcast(self) -> "RegistrationEnded":
        """No other address was named."""
        return RegistrationEnded(**dict(self), moving_to=None)


class RegistrationEnded(Event):
    """Withdrawn by its owner, superseded by another registration (its reference), or lapsed while it waited.

    Whatever is still on its way of this or an earlier `cycle` counts no more. `moving_to` is the address that it was to
    move to by a correction that waited: it had the code that counts, and is told as well.
    """

    name: ClassVar[str] = "registration-ended"
    version: ClassVar[int] = 2

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: EndReason
    superseded_by: str | None
    moving_to: str | None
