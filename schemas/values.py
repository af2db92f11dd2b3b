"""The values that several events carry: a registration, its connections and its policy."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from schemas.event import Value

Frequency = Literal["month", "four_weeks"]
RegistrationKind = Literal["self_managed", "employer_registration"]
FormKind = Literal[
    "link_request", "processor_registration", "employer_registration", "self_managed", "correction", "withdrawal"
]
ABOUT_EARLIER: tuple[FormKind, ...] = ("correction", "withdrawal")
"""Forms about an earlier registration, which open none. No set: the kind in a stranger's form may be unhashable."""

EndReason = Literal["withdrawn", "superseded", "lapsed"]
ReportCode = Literal[
    "CREDENTIALS_INVALID",
    "EMPLOYER_NOT_VISIBLE",
    "RIGHT_MISSING",
    "USER_BLOCKED",
    "LHNR_MISMATCH",
    "PERIOD_MISMATCH",
    "DGA_MISMATCH",
    "PACKAGE_AGREEMENT_MISSING",
    "MANDATE_MISSING",
    "POLICY_NOT_FOUND",
]

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _written_as_instant(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("no date-time of RFC 3339 with its offset")


Instant = Annotated[
    AwareDatetime,
    Field(strict=False, ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2400, 1, 1, tzinfo=UTC)),
    BeforeValidator(_written_as_instant),
]
"""A moment that others wrote, in this flow's years; a number, also one in quotes, is none."""


class Dga(Value):
    """A director and major shareholder on the payroll (directeur-grootaandeelhouder)."""

    name: str
    personnel_number: str


class SealedFor(Value):
    """What a secret was sealed for: a registration's id, and a connection's number; 0 stands for no connection."""

    registration: str
    connection: int = Field(ge=0)


class SealedSecret(Value):
    """A secret that only Keylane can open: a compact JWE bound to registration, connection and purpose.

    `bound_to` None: to the registration and connection in which it stands. Those of a correction or of a processor are
    bound to the form that brought them.
    """

    purpose: str
    token: str
    bound_to: SealedFor | None = None


class Identifier(Value):
    """What a package knows the user of the link by: a client id, a user's name, an environment. No secret."""

    name: str
    value: str


class Connection(Value):
    """One employer code in one payroll package, numbered from 1 in the form's order."""

    connection: int = Field(ge=1)
    employer_code: str
    secrets: tuple[SealedSecret, ...] = ()


class Registration(Value):
    """What the form said, normalised and checked. `email` gets the answers."""

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
    dgas: tuple[Dga, ...]
    identifiers: tuple[Identifier, ...]
    connections: tuple[Connection, ...] = Field(min_length=1)


class Policy(Value):
    """What a.s.r. adds: the policies behind a framework contract, as they were when they were matched.

    `pensioenwet`: whether address and BSN may be exchanged, because of `pensioenwet_products`.
    """

    policy_numbers: tuple[str, ...]
    products: tuple[str, ...]
    pensioenwet: bool
    pensioenwet_products: tuple[str, ...]
    starts_on: date
    insured_groups: tuple[str, ...]
    salary_notion: str
    mandate_present: bool


class Finding(Value):
    """A reason Keylane reports; `detail` says which (a right's name), never a secret."""

    code: ReportCode
    detail: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")


class ConnectionStage(Value):
    """Where one connection of a registration stands."""

    connection: int
    employer_code: str
    stage: str


class Contact(Value):
    """Whom to write to about which link."""

    reference: str
    package: str
    company_name: str
    email: str
    connection: int
    employer_code: str


class Applicant(Value):
    """Whom to write to about which submission. `package` is None where the form asks for none."""

    reference: str
    email: str
    company_name: str
    package: str | None = None
