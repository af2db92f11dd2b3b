"""The values that several events carry: a registration, its connections and its policy."""

from datetime import date
from typing import Literal

from pydantic import Field

from .event import Value

Frequency = Literal["month", "four_weeks"]
FormKind = Literal["self_managed", "employer_registration"]
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


class Dga(Value):
    """A director and major shareholder on the payroll (directeur-grootaandeelhouder)."""

    name: str
    personnel_number: str


class SealedSecret(Value):
    """A secret that only Keylane can open: a compact JWE bound to registration, connection and purpose."""

    purpose: str
    token: str


class Connection(Value):
    """One employer code in one payroll package, numbered from 1 in the form's order."""

    connection: int = Field(ge=1)
    employer_code: str
    secrets: tuple[SealedSecret, ...] = ()


class Registration(Value):
    """What the form said, normalised and checked. `email` gets the answers."""

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
    dgas: tuple[Dga, ...]
    client_id: str | None
    connections: tuple[Connection, ...] = Field(min_length=1)


class Policy(Value):
    """What a.s.r. adds: the policies behind a framework contract, as they were when they were matched."""

    policy_numbers: tuple[str, ...]
    products: tuple[str, ...]
    pensioenwet: bool
    starts_on: date
    insured_groups: tuple[str, ...]
    salary_notion: str
    mandate_present: bool


class Finding(Value):
    """A reason Keylane reports; `detail` says which (a right's name), never a secret."""

    code: ReportCode
    detail: str | None = Field(default=None, max_length=200)


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
