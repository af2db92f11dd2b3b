"""Version 1: registrations by employers and processors. Released: it never changes."""

from typing import Literal

from pydantic import Field

from schemas.clear_secrets import COMPACT_JWE
from schemas.event import Value
from schemas.values import Dga, Frequency


class OpenConnection(Value):
    """One employer code that needs nothing else: the package grants access to a user of its own."""

    employer_code: str = Field(min_length=1, max_length=20)


class SealedConnection(OpenConnection):
    """One employer code, with what opens it for Keylane."""

    client_secret: str = Field(
        pattern=f"^{COMPACT_JWE.pattern}$",
        description="sealed for Keylane, bound to the registration, the connection's number and client_secret",
    )


class _Form(Value):
    company_name: str = Field(min_length=1, max_length=200, description="the employer")
    email: str = Field(description="one address; receives the answers (a processor's, when it registers)")
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...] = Field(description="an empty list says: none")


class _LoketForm(_Form):
    package: Literal["loket"]
    raamwerkcontractnummer: str
    loonheffingennummer: str
    connections: tuple[OpenConnection, ...] = Field(min_length=1, max_length=1)


class LoketSelfManagedForm(_LoketForm):
    """An employer without a processor, with Loket.nl (manual 001)."""

    kind: Literal["self_managed"]


class LoketEmployerRegistrationForm(_LoketForm):
    """A processor registers an employer with Loket.nl (manual 002)."""

    kind: Literal["employer_registration"]
    processor_name: str = Field(min_length=1, max_length=200)


class RaetSelfManagedForm(_Form):
    """An employer without a processor, with Raet Visma YouServe; one connection per entity (manual 000)."""

    kind: Literal["self_managed"]
    package: Literal["raet"]
    raamwerkcontractnummer: str
    loonheffingennummer: str
    client_id: str = Field(min_length=1, max_length=255)
    connections: tuple[SealedConnection, ...] = Field(min_length=1)


class ExactEmployerRegistrationForm(_Form):
    """A processor registers an employer with Exact; the numbers may be missing, which holds it (manual 003)."""

    kind: Literal["employer_registration"]
    package: Literal["exact"]
    processor_name: str = Field(min_length=1, max_length=200)
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None
    client_id: str = Field(min_length=1, max_length=255)
    connections: tuple[SealedConnection, ...] = Field(min_length=1, max_length=1)


class FormReceivedContract(Value):
    """The data of the record."""

    submission_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    form: LoketSelfManagedForm | LoketEmployerRegistrationForm | RaetSelfManagedForm | ExactEmployerRegistrationForm = (
        Field(description="as the person typed it; normalised by the receiver")
    )
