"""A registration was accepted: complete, checked, and the only one for its connections."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Connection, Dga, FormKind, Frequency, Registration


class RegistrationSubmittedV1(Event):
    """The first version knew at most one DGA, as manuals 000 and 003 do."""

    name: ClassVar[str] = "registration-submitted"

    reference: str
    kind: FormKind
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

    def upcast(self) -> "RegistrationSubmitted":
        """One DGA or none becomes a list of one or none."""
        fields = {name: getattr(self, name) for name in Registration.model_fields if name != "dgas"}
        dgas = () if self.dga is None else (self.dga,)
        return RegistrationSubmitted(registration=Registration(**fields, dgas=dgas), cycle=self.cycle)


class RegistrationSubmitted(Event):
    """A list of DGAs, as manuals 001 and 002 allow; `cycle` counts the requests to Keylane, from 1."""

    name: ClassVar[str] = "registration-submitted"
    version: ClassVar[int] = 2

    registration: Registration
    cycle: int = Field(ge=1)
