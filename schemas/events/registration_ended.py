"""A registration ended before or after its links were made; its employer codes are free again."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant, EndReason


class RegistrationEndedV1(Event):
    """The first version told only the current address."""

    name: ClassVar[str] = "registration-ended"

    applicant: Applicant
    cycle: int = Field(ge=1)
    reason: EndReason
    superseded_by: str | None

    def upcast(self) -> "RegistrationEndedV2":
        """No other address was named."""
        return RegistrationEndedV2(**dict(self), moving_to=None)


class RegistrationEndedV2(RegistrationEndedV1):
    """The second version told no employer, and did not say whose registration it was."""

    version: ClassVar[int] = 2

    moving_to: str | None

    def upcast(self) -> "RegistrationEndedV3":
        """Where the employer can be told was not said, nor that it was a processor's own."""
        return RegistrationEndedV3(**dict(self))


class RegistrationEndedV3(RegistrationEndedV2):
    """Withdrawn by its owner, superseded by another registration (its reference), or lapsed while it waited.

    Events of this or an earlier `cycle` that are still on their way no longer count. `moving_to` is the new address of
    a correction that waited: it has the valid code, and is told as well. `employer_email` is the address at which an
    employer asked for the link that is stopped; None if it is told otherwise, or was never told of it.
    `of_processor`: it was a processor's own registration, whose employers' links go on.
    """

    version: ClassVar[int] = 3

    employer_email: str | None = None
    of_processor: bool = False

    def upcast(self) -> "RegistrationEndedV4":
        """Which registration it was to supersede was not said."""
        return RegistrationEndedV4(**dict(self))


class RegistrationEndedV4(RegistrationEndedV3):
    """As before; `instead_of` is the reference of the registration that it was to supersede, which may go on."""

    version: ClassVar[int] = 4

    instead_of: str | None = None

    def upcast(self) -> "RegistrationEnded":
        """The processor of an employer's request was not told."""
        return RegistrationEnded(**dict(self))


class RegistrationEnded(RegistrationEndedV4):
    """As before; `former_processor` is the address at which an employer's request asked a processor to register it."""

    version: ClassVar[int] = 5

    former_processor: str | None = None
