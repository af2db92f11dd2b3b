"""A correction brought the right code, and what it says cannot be accepted; the registration stays as it was."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.events.registration_rejected import FormFault
from schemas.values import Applicant

LAPSED = "LAPSED"
"""The code of the last fault of a correction that had been held: what it was to correct goes on as it was.

The only fault of one that waited too long; behind its faults of one that has got them while it was held.
"""

ENDED = "ENDED"
"""The code of the only fault of a correction of a registration that has ended."""


class CorrectionRefusedV1(Event):
    """The first version told only the registration's current address."""

    name: ClassVar[str] = "correction-refused"

    applicant: Applicant
    cycle: int = Field(ge=1)
    submission: str
    faults: tuple[FormFault, ...] = Field(min_length=1)

    def upcast(self) -> "CorrectionRefusedV2":
        """No other address was named."""
        return CorrectionRefusedV2(**dict(self))


class CorrectionRefusedV2(CorrectionRefusedV1):
    """`submission` is the correction's own id; `cycle` the registration's, whose code still counts.

    `moving_to` is the new address that a held correction brought: that address was told that the correction waits, and
    is now told that it no longer does.
    """

    version: ClassVar[int] = 2

    moving_to: str | None = None

    def upcast(self) -> "CorrectionRefused":
        """No employer was told."""
        return CorrectionRefused(**dict(self))


class CorrectionRefused(CorrectionRefusedV2):
    """As before; `employer_email` is where an employer was told that the correction waits.

    None if it never waited, or if that employer is not the one whose registration goes on.
    """

    version: ClassVar[int] = 3

    employer_email: str | None = None

    @property
    def lapsed(self) -> bool:
        """Whether the correction was held until now; any other was refused at once."""
        return any(fault.code == LAPSED for fault in self.faults)

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to correct."""
        return any(fault.code == ENDED for fault in self.faults)
