"""Version 2: all kinds. Processors register, employers ask for the link; what was sent is corrected or withdrawn."""

from typing import Literal

from pydantic import Field

from schemas.clear_secrets import COMPACT_JWE
from schemas.event import Value
from schemas.forms.version_1 import OpenConnection, SealedConnection
from schemas.values import Dga, Frequency

SEALED = f"^{COMPACT_JWE.pattern}$"


class Earlier(Value):
    """An earlier registration, and the code from its latest mail: who has both may change it."""

    reference: str = Field(min_length=1, max_length=40)
    code: str = Field(min_length=1, max_length=40)


class LinkRequestForm(Value):
    """An employer asks for the link and chooses the processor that may register it (manual 004, last lines)."""

    kind: Literal["link_request"]
    company_name: str = Field(min_length=1, max_length=200, description="the employer")
    email: str = Field(description="one address; receives the answers")
    processor_name: str = Field(min_length=1, max_length=200, description="the chosen processor")
    processor_email: str = Field(description="the address with which that processor is registered; gets the request")
    loonheffingennummer: str
    raamwerkcontractnummer: str | None = None


class ProcessorRegistrationForm(Value):
    """A processor registers itself, with whichever package."""

    kind: Literal["processor_registration"]
    company_name: str = Field(min_length=1, max_length=200, description="the processor, as it is shown in public")
    email: str = Field(description="one address; receives the answers and the employers' requests")


class LoketProcessorRegistrationForm(ProcessorRegistrationForm):
    """A processor with a web-service user in Loket.nl (manual 004)."""

    package: Literal["loket_webservice"]
    username: str = Field(min_length=1, max_length=100)
    password: str = Field(
        pattern=SEALED, description="sealed for Keylane, bound to the registration, connection 0 and password"
    )
    environment_code: str = Field(min_length=1, max_length=50, description="the omgevingscode")


class ExactProcessorRegistrationForm(ProcessorRegistrationForm):
    """A processor that works with Exact; its credentials come with each employer."""

    package: Literal["exact"]


class _RegistrationForm(Value):
    company_name: str = Field(min_length=1, max_length=200, description="the employer")
    email: str = Field(description="one address; receives the answers (a processor's, when it registers)")
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...] = Field(description="an empty list says: none")
    supersedes: Earlier | None = Field(default=None, description="the live registration that this one replaces")


class _NumberedForm(_RegistrationForm):
    raamwerkcontractnummer: str
    loonheffingennummer: str


class LoketSelfManagedForm(_NumberedForm):
    """An employer without a processor, with Loket.nl (manual 001)."""

    kind: Literal["self_managed"]
    package: Literal["loket"]
    connections: tuple[OpenConnection, ...] = Field(min_length=1, max_length=1)


class LoketEmployerRegistrationForm(_NumberedForm):
    """A processor registers an employer with Loket.nl (manual 002), also over its own web-service user."""

    kind: Literal["employer_registration"]
    package: Literal["loket", "loket_webservice"]
    processor_name: str = Field(min_length=1, max_length=200)
    connections: tuple[OpenConnection, ...] = Field(min_length=1, max_length=1)


class RaetSelfManagedForm(_NumberedForm):
    """An employer without a processor, with Raet Visma YouServe; one connection per entity (manual 000)."""

    kind: Literal["self_managed"]
    package: Literal["raet"]
    client_id: str = Field(min_length=1, max_length=255)
    connections: tuple[SealedConnection, ...] = Field(min_length=1)


class ExactEmployerRegistrationForm(_RegistrationForm):
    """A processor registers an employer with Exact; the numbers may be missing, which holds it (manual 003)."""

    kind: Literal["employer_registration"]
    package: Literal["exact"]
    processor_name: str = Field(min_length=1, max_length=200)
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None
    client_id: str = Field(min_length=1, max_length=255)
    connections: tuple[SealedConnection, ...] = Field(min_length=1, max_length=1)


class CorrectedConnection(Value):
    """What changes of one connection: its number (else its place in this list), and what is new."""

    connection: int | None = Field(default=None, ge=1)
    employer_code: str | None = Field(default=None, min_length=1, max_length=20)
    client_secret: str | None = Field(
        default=None, pattern=SEALED, description="bound to this submission's own registration id"
    )


class CorrectionForm(Earlier):
    """What changes of an earlier form of any kind; the rest stays. Nothing more than reference and code: go on."""

    kind: Literal["correction"]
    company_name: str | None = Field(default=None, min_length=1, max_length=200)
    email: str | None = None
    processor_name: str | None = Field(default=None, min_length=1, max_length=200)
    processor_email: str | None = None
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None
    frequency: Frequency | None = None
    thirteenth_month: bool | None = None
    dgas: tuple[Dga, ...] | None = None
    client_id: str | None = Field(default=None, min_length=1, max_length=255)
    username: str | None = Field(default=None, min_length=1, max_length=100)
    password: str | None = Field(default=None, pattern=SEALED)
    environment_code: str | None = Field(default=None, min_length=1, max_length=50)
    connections: tuple[CorrectedConnection, ...] | None = None


class WithdrawalForm(Earlier):
    """An earlier registration is withdrawn: its links are not made, or are undone."""

    kind: Literal["withdrawal"]


class FormReceivedContract(Value):
    """The data of the record."""

    submission_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    form: (
        LinkRequestForm
        | LoketProcessorRegistrationForm
        | ExactProcessorRegistrationForm
        | LoketSelfManagedForm
        | LoketEmployerRegistrationForm
        | RaetSelfManagedForm
        | ExactEmployerRegistrationForm
        | CorrectionForm
        | WithdrawalForm
    ) = Field(description="as the person typed it; normalised by the receiver")
