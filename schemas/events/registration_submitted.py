"""A registration was accepted: complete, checked, its gates open, and the only one for its connections."""

from typing import ClassVar

from pydantic import Field

from schemas import retired_values, values
from schemas.event import Event
from schemas.retired_values import Connection
from schemas.values import Applicant, Dga, Frequency, RegistrationKind


class RegistrationSubmittedV1(Event):
    """The first version knew at most one DGA, as manuals 000 and 003 do."""

    name: ClassVar[str] = "registration-submitted"

    reference: str
    kind: RegistrationKind
    package: str
    company_name: str
    processor_name: str | None
    email: str
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    frequency: Frequency
    thirteenth_month: bool
    dga: Dga | None
    client_id: str | None
    connections: tuple[Connection, ...] = Field(min_length=1)
    cycle: int = Field(ge=1)

    def upcast(self) -> "RegistrationSubmittedV2":
        """One DGA or none becomes a list of one or none."""
        fields = {name: getattr(self, name) for name in retired_values.Registration.model_fields if name != "dgas"}
        dgas = () if self.dga is None else (self.dga,)
        registration = retired_values.Registration(**fields, dgas=dgas)
        return RegistrationSubmittedV2(registration=registration, cycle=self.cycle)


class RegistrationSubmittedV2(Event):
    """A list of DGAs, as manuals 001 and 002 allow; `cycle` counts the requests to Keylane, from 1."""

    name: ClassVar[str] = "registration-submitted"
    version: ClassVar[int] = 2

    registration: retired_values.Registration
    cycle: int = Field(ge=1)

    def upcast(self) -> "RegistrationSubmittedV3":
        """The client id becomes one of a list of identifiers."""
        return RegistrationSubmittedV3(registration=self.registration.upcast(), cycle=self.cycle)


class RegistrationSubmittedV3(Event):
    """Identifiers as each package names them; `cycle` counts accepted ones: the form is 1, a correction adds 1."""

    name: ClassVar[str] = "registration-submitted"
    version: ClassVar[int] = 3

    registration: values.Registration
    cycle: int = Field(ge=1)

    def upcast(self) -> "RegistrationSubmittedV4":
        """Where the employer can be told was not said."""
        return RegistrationSubmittedV4(registration=self.registration, cycle=self.cycle)


class RegistrationSubmittedV4(RegistrationSubmittedV3):
    """`employer_email` is where an employer asked for the link that its processor registers, where that is known."""

    version: ClassVar[int] = 4

    employer_email: str | None = None

    def upcast(self) -> "RegistrationSubmitted":
        """The employer that a correction had left was not named; corrections counted as of an accepted registration."""
        return RegistrationSubmitted(**dict(self), accepted_before=self.cycle > 1)


class RegistrationSubmitted(RegistrationSubmittedV4):
    """As before. `left` is its employer before this correction, with another number, if that was told of it.

    That employer is told so, at its address, under the name that the registration had, and nothing more after that.
    `accepted_before`: an earlier cycle was accepted, so that the customer knows its first steps. `moved_from` is the
    earlier address, if this cycle has changed it.
    """

    version: ClassVar[int] = 5

    left: Applicant | None = None
    accepted_before: bool = False
    moved_from: str | None = None
