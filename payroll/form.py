"""A form after its check: everything in its normal form, or everything that is wrong with it."""

from dataclasses import dataclass
from typing import NamedTuple

from payroll.fault import Fault
from schemas.values import Connection, Dga, Frequency, Identifier, RegistrationKind


class Form(NamedTuple):
    """A form that can be accepted; field for field what a registration says. `warnings` are for the reviewer."""

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
    connections: tuple[Connection, ...]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForm:
    """A form that has to be corrected, and what of it is good enough to write an answer with."""

    faults: tuple[Fault, ...]
    email: str | None = None
    company_name: str | None = None
    package: str | None = None
