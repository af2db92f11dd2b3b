"""A form after its check, with the names of what a registration touches: hashed once, where documents are named."""

from collections.abc import Sequence
from typing import NamedTuple

from payroll.check import check_form
from payroll.earlier_form import read_named, read_superseded
from payroll.field_reader import FieldReader, Json
from payroll.form import (
    CheckedForm,
    Correction,
    Earlier,
    Form,
    LinkRequest,
    ProcessorRegistration,
    RefusedForm,
    Withdrawal,
)
from payroll.packages import packages
from schemas.foreign_json import Defect
from schemas.ids import RegistrationId
from schemas.values import ABOUT_EARLIER, Connection
from services.intake import claim_key, gate
from services.intake.claim_key import Names
from services.intake.documents import BeforeCorrection, Intake

Claimed = tuple[tuple[Connection, Names], ...]


class NamedForm(NamedTuple):
    """A registration that can be accepted.

    `claimed` are its connections, each with the names of its claims. The others are set if a processor registers it:
    `processor` is the gate of that one's confirmation (its credentials are kept under the same key), `requests` are the
    gates of which any lets it go on as the employer's request, `number` is the employer's loonheffingennummer, and
    `contract` its contract or else its name, both hashed as they are remembered.
    """

    form: Form
    claimed: Claimed
    processor: str | None = None
    requests: tuple[str, ...] = ()
    number: str | None = None
    contract: str | None = None


ReadForm = NamedForm | LinkRequest | ProcessorRegistration | Correction | Withdrawal | RefusedForm


def read_form(
    form: object,
    registration: RegistrationId,
    defects: Sequence[Defect] = (),
    also: Sequence[str] = (),
    *,
    kept: bool = False,
) -> ReadForm:
    """Check a form; arguments as in `check_form`."""
    checked = check_form(form, registration, defects, also, kept=kept)
    return _named(checked, registration) if isinstance(checked, Form) else checked


def read_kept(kept: Intake | BeforeCorrection, registration: RegistrationId) -> ReadForm:
    """The form that is remembered of this registration.

    What was accepted once stays accepted under later rules: refused, it could neither go on nor end.
    """
    accepted = isinstance(kept, BeforeCorrection) or kept.answer != "rejected"
    return read_form(kept.form or {}, registration, also=kept.sealed_to, kept=accepted)


def claimed_by(kept: Intake | BeforeCorrection, registration: RegistrationId) -> Claimed:
    """The connections of that form, each with its claims; none of a form that is no registration or has faults."""
    read = read_kept(kept, registration)
    return read.claimed if isinstance(read, NamedForm) else ()


def unnamed(read: ReadForm) -> CheckedForm | RefusedForm:
    """The form itself."""
    return read.form if isinstance(read, NamedForm) else read


def _named(form: Form, registration: RegistrationId) -> NamedForm:
    claimed = tuple(zip(form.connections, claim_key.of_form(form, registration), strict=True))
    if form.kind != "employer_registration":
        return NamedForm(form, claimed)
    credentials = form.package if packages()[form.package].processor_secrets else None
    number = gate.whole_number(form.loonheffingennummer) if form.loonheffingennummer else None
    processor, contract = gate.of_processor(form.email, credentials), gate.contract_or_name(form)
    return NamedForm(form, claimed, processor, gate.of_employer(form), number, contract)


def named_earlier(form: Json) -> Earlier | None:
    """The earlier registration that a form names: to correct, withdraw or supersede it."""
    if form.get("kind") in ABOUT_EARLIER:
        return read_named(form, FieldReader())
    return read_superseded(form, FieldReader())
