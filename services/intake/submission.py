"""A submission under consideration: its contents, its applicant, and what is known of it already."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from payroll.address_key import address_key
from payroll.correction import correctable_part, skeleton
from payroll.fault import Fault, FaultCode
from payroll.form import CheckedForm, Form, LinkRequest, ProcessorRegistration, RefusedForm
from schemas.clear_secrets import without_clear_secrets
from schemas.events import FormFault
from schemas.ids import RegistrationId, reference
from schemas.values import Applicant
from services.intake.documents import Intake, Reference
from services.intake.sentences import REFERENCE_UNKNOWN
from services.intake.terms import Terms
from services.intake.waking import woken_by
from stream.document import Document, DocumentKey
from stream.service import Case, Emit

Considered = Emit | tuple[FormFault, ...]
"""What a whole form leads to, or what is wrong with it."""

_SECRET_FAULTS = frozenset({FaultCode.SECRET_NOT_SEALED, FaultCode.SECRET_IN_WRONG_FIELD})


class Submission(NamedTuple):
    """One submission in its lane. `form` is what was typed, corrections included; `known` what was answered before."""

    case: Case[None]
    terms: Terms
    form: Mapping[str, Any]
    cycle: int = 1
    sealed_to: tuple[RegistrationId, ...] = ()
    known: Intake | None = None

    @classmethod
    def of_kept(cls, case: Case[None], terms: Terms, known: Intake) -> Self:
        """The form that is kept, as it was answered before."""
        return cls(case, terms, known.form or {}, known.cycle, known.sealed_to, known)

    @property
    def id(self) -> RegistrationId:
        """The registration's id."""
        return self.case.subject

    @property
    def reference(self) -> str:
        """What people quote."""
        return reference(self.case.subject)

    @property
    def now(self) -> datetime:
        """When this is decided."""
        return self.case.now

    def applicant(self, form: Form | LinkRequest | ProcessorRegistration) -> Applicant:
        """Whom to write to; a link request names no package."""
        package = None if isinstance(form, LinkRequest) else form.package
        return Applicant(reference=self.reference, email=form.email, company_name=form.company_name, package=package)

    @property
    def accepted_before(self) -> bool:
        """Whether an earlier cycle of it was submitted."""
        return self.known is not None and self.known.submitted > 0

    def moved_from(self, email: str) -> str | None:
        """The earlier address, if this cycle, with that `email`, has changed it; None if the address stays.

        Otherwise the address of a correction that waited, if it no longer moves there.
        """
        before = (self.known.stands or self.known).email if self.known else None
        return before if before and address_key(before) != address_key(email) else self.turned_from(email)

    def turned_from(self, email: str) -> str | None:
        """Where a correction that waited was to move it, unless that is this `email`."""
        turned = self.known.moving_to if self.known else None
        return turned if turned and address_key(turned) != address_key(email) else None

    def answered(
        self, answer: str, checked: CheckedForm | RefusedForm, *, held_by: Iterable[str] = (), **more: Any
    ) -> dict[DocumentKey, Document]:
        """What is remembered of it; `held_by` are the gates that it is held for."""
        faults, warnings = (checked.faults, ()) if isinstance(checked, RefusedForm) else ((), checked.warnings)
        own_reference = self.reference
        successors = self.known.successors if self.known else ()
        fields: dict[str, Any] = {
            "answer": answer,
            "since": self.now,
            "reference": own_reference,
            "package": getattr(checked, "package", None),
            "company_name": getattr(checked, "company_name", None),
            "email": getattr(checked, "email", None),
            "faults": tuple(map(noted, faults)),
            "warnings": tuple(map(noted, warnings)),
            "form": self._kept(faults),
            "sealed_to": self.sealed_to,
            "cycle": self.cycle,
            "waits_for": woken_by(self.id, held_by, successors=successors, returning=more.get("returning", ())),
            **self._kept_whatever_comes(),
            **more,
        }
        remembered: dict[DocumentKey, Document] = {Intake.at(self.id): Intake.model_validate(fields)}
        if self.known is None and self.may_have_reference:
            remembered[Reference.at(own_reference)] = Reference(registration=self.id)
        return remembered

    def _kept_whatever_comes(self) -> dict[str, Any]:
        known = self.known
        return {name: getattr(known, name) for name in ("wrong_codes", "submitted", "successors")} if known else {}

    @property
    def may_have_reference(self) -> bool:
        """Whether nobody else is known by its reference (two ids in a million million have one)."""
        holder = self.case.documents.get(Reference, self.reference)
        return holder is None or holder.registration == self.id

    def _kept(self, faults: tuple[Fault, ...]) -> Mapping[str, Any]:
        if faults and self._may_hold_a_clear_secret(faults):
            return skeleton(self.form)
        return _without_code(correctable_part(self.form, faults) if faults else self.form)

    def _may_hold_a_clear_secret(self, faults: tuple[Fault, ...]) -> bool:
        """Whether it may, under any name. A form without faults has only what is asked, and that sealed."""
        typed = to_json(self.form)
        return any(fault.code in _SECRET_FAULTS for fault in faults) or without_clear_secrets(typed) != typed


def _without_code(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form without the code of the registration to supersede, which was checked when the form was handed over.

    There is a dash in its place, as the form is checked again, and needs one.
    """
    earlier = form.get("supersedes")
    return {**form, "supersedes": {**earlier, "code": "-"}} if isinstance(earlier, dict) and "code" in earlier else form


def form_fault(fault: Fault) -> FormFault:
    """The fault as events tell it."""
    return FormFault(field=fault.field, code=fault.code, message=fault.message)


def noted(fault: Fault | FormFault) -> str:
    """A fault or warning as it is remembered."""
    return f"{fault.field} {fault.code}"


def unknown_reference(field: str) -> FormFault:
    """What is wrong with a reference, in this field, that nobody has."""
    return FormFault(field=field, code="REFERENCE_UNKNOWN", message=REFERENCE_UNKNOWN)
