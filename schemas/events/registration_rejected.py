"""A form was refused, with everything that has to be corrected."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from schemas.event import Event, Value


class FormFault(Value):
    """One thing to correct: where, which, and in the customer's words. Never the value."""

    field: str
    code: str
    message: str


class RegistrationRejectedV1(Event):
    """`email`, `company_name` and `package` as far as they could be read from the form."""

    name: ClassVar[str] = "registration-rejected"

    reference: str
    email: str | None
    company_name: str | None
    package: str | None
    faults: tuple[FormFault, ...]

    def upcast(self) -> "RegistrationRejectedV2":
        """At that time nothing could be corrected: people sent a new form."""
        return RegistrationRejectedV2(**dict(self), cycle=1, correctable=False)


class RegistrationRejectedV2(RegistrationRejectedV1):
    """`correctable`: a correction with the code of this `cycle` goes on from here; otherwise a new form is needed."""

    version: ClassVar[int] = 2

    cycle: int = Field(ge=1)
    correctable: bool

    def upcast(self) -> "RegistrationRejectedV3":
        """The fault's message had the reference."""
        return RegistrationRejectedV3(**dict(self))


class EarlierRegistration(Value):
    """The live registration, by its reference, that has the connection or address with the fault at `field`."""

    field: str
    reference: str


class RegistrationRejectedV3(RegistrationRejectedV2):
    """`correctable`: a correction that brings the code of this `cycle` goes on from here; else a new form is needed.

    `earlier` are those of the same address, only for a mail to it: whoever typed it need not be its owner.
    `employer_email` is the address at which an employer was told that the registration waited.
    """

    version: ClassVar[int] = 3

    earlier: tuple[EarlierRegistration, ...] = ()
    employer_email: str | None = None

    def upcast(self) -> "RegistrationRejected":
        """How long it could be corrected was not said."""
        return RegistrationRejected(**dict(self))


class RegistrationRejected(RegistrationRejectedV3):
    """As before; `correctable_until` is the day on which it lapses, and can no longer be corrected."""

    version: ClassVar[int] = 4

    correctable_until: date | None = None
