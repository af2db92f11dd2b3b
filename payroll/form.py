"""A form after its check: all values in their normal form, or all of its faults."""

from dataclasses import dataclass
from typing import NamedTuple

from payroll.fault import Fault
from schemas.values import Connection, Dga, Frequency, Identifier, RegistrationKind, SealedSecret


class Earlier(NamedTuple):
    """An earlier registration by its reference, and the code that shows whose it is, as it was typed."""

    reference: str
    code: str


class Form(NamedTuple):
    """A registration that can be accepted; field for field what is submitted. `warnings` are for the reviewer.

    `supersedes` is the live registration that it takes the place of.
    """

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
    supersedes: Earlier | None = None
    warnings: tuple[Fault, ...] = ()


class LinkRequest(NamedTuple):
    """An employer asks for the link and names the processor that may register it."""

    company_name: str
    email: str
    processor_name: str
    processor_email: str
    loonheffingennummer: str
    raamwerkcontractnummer: str | None
    warnings: tuple[Fault, ...] = ()


class ProcessorRegistration(NamedTuple):
    """A processor registers itself, with the credentials that its package asks of it."""

    package: str
    company_name: str
    email: str
    identifiers: tuple[Identifier, ...]
    secrets: tuple[SealedSecret, ...]
    warnings: tuple[Fault, ...] = ()


class Correction(NamedTuple):
    """A correction whose parts are well-formed. Whether it is right as a whole, only the corrected form shows."""

    earlier: Earlier
    warnings: tuple[Fault, ...] = ()


class Withdrawal(NamedTuple):
    """An earlier registration is withdrawn: the connections with these numbers, or the whole of it if none is named."""

    earlier: Earlier
    connections: tuple[int, ...] = ()
    warnings: tuple[Fault, ...] = ()


CheckedForm = Form | LinkRequest | ProcessorRegistration | Correction | Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForm:
    """A form that has to be corrected, and those of its values that the answer needs, if they are valid."""

    faults: tuple[Fault, ...]
    email: str | None = None
    company_name: str | None = None
    package: str | None = None
