"""Version 3: single connections can be withdrawn, and packages that are added later are taken by general rules.

The package's own file says the rest, so adding one changes no contract. A later version may name it, with its fields
one by one.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from schemas.event import Value
from schemas.forms.version_2 import (
    SEALED,
    CorrectedConnection,
    CorrectionForm,
    Earlier,
    ExactEmployerRegistrationForm,
    ExactProcessorRegistrationForm,
    LinkRequestForm,
    LoketEmployerRegistrationForm,
    LoketProcessorRegistrationForm,
    LoketSelfManagedForm,
    ProcessorRegistrationForm,
    RaetSelfManagedForm,
)
from schemas.values import Dga, Frequency

_NAMED = ["exact", "loket", "loket_webservice", "raet"]
"""The packages whose fields stand here; the list never changes."""

_Package = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9_]*$",
        description="one that this version does not name",
        json_schema_extra={"not": {"enum": _NAMED}},
    ),
]
_Secret = Annotated[
    str,
    Field(
        pattern=SEALED,
        description="the package's secret by its name, sealed for Keylane, bound to the registration, the connection's "
        "number and that name",
    ),
]


class AddedConnection(Value):
    """One employer code, with what opens it for Keylane."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, _Secret]

    employer_code: str = Field(min_length=1, max_length=40)


class LoketRestProcessorRegistrationForm(ProcessorRegistrationForm):
    """A processor that works with Loket.nl without a web-service user; it arranges the link's user with Keylane."""

    package: Literal["loket"]


class _AddedForm(Value):
    """What the package knows its user by stands beside these, as text under the identifier's name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]

    package: _Package
    email: str = Field(description="one address; receives the answers (a processor's, when it registers)")


class AddedProcessorRegistrationForm(_AddedForm):
    """A processor registers itself; its own secrets are bound to connection 0."""

    kind: Literal["processor_registration"]
    company_name: str = Field(min_length=1, max_length=200, description="the processor, as it is shown in public")


class _AddedRegistrationForm(_AddedForm):
    company_name: str = Field(min_length=1, max_length=200, description="the employer")
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...] = Field(description="an empty list says: none")
    supersedes: Earlier | None = Field(default=None, description="the live registration that this one replaces")
    connections: tuple[AddedConnection, ...] = Field(min_length=1)


class AddedSelfManagedForm(_AddedRegistrationForm):
    """An employer without a processor."""

    kind: Literal["self_managed"]


class AddedEmployerRegistrationForm(_AddedRegistrationForm):
    """A processor registers an employer."""

    kind: Literal["employer_registration"]
    processor_name: str = Field(min_length=1, max_length=200)


class AddedCorrectedConnection(CorrectedConnection):
    """As before, and an added package's secret."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, _Secret]

    employer_code: str | None = Field(default=None, min_length=1, max_length=40)


class AddedCorrectionForm(CorrectionForm):
    """As before, and what an added package knows its user by. A correction names no package."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]

    connections: tuple[AddedCorrectedConnection, ...] | None = None


class NamedConnection(Value):
    """One connection of an earlier form, by its number."""

    connection: int = Field(ge=1)


class WithdrawalForm(Earlier):
    """An earlier registration, or single connections of it: its links are not made, or are undone."""

    kind: Literal["withdrawal"]
    connections: tuple[NamedConnection, ...] | None = Field(
        default=None, min_length=1, description="what ends, the others go on; left out: the whole registration"
    )


class FormReceivedContract(Value):
    """The data of the record."""

    submission_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    form: (
        LinkRequestForm
        | LoketProcessorRegistrationForm
        | ExactProcessorRegistrationForm
        | LoketRestProcessorRegistrationForm
        | AddedProcessorRegistrationForm
        | LoketSelfManagedForm
        | LoketEmployerRegistrationForm
        | RaetSelfManagedForm
        | ExactEmployerRegistrationForm
        | AddedSelfManagedForm
        | AddedEmployerRegistrationForm
        | AddedCorrectionForm
        | WithdrawalForm
    ) = Field(description="as the person typed it; normalised by the receiver")
