"""Accept a form or name its faults; give a connection free when Keylane refuses it."""

from collections.abc import Iterable, Mapping

from payroll.check import check_form
from payroll.fault import Fault
from payroll.form import Form, RefusedForm
from schemas.events import FormFault, FormReceived, ProvisioningRefused, RegistrationRejected, RegistrationSubmitted
from schemas.flow import INTAKE
from schemas.ids import reference
from schemas.values import Registration
from stream.document import Document, DocumentKey
from stream.service import Case, Cause, Documents, Emit, Ignore, Outcome, Park, Service, no_facts

from . import claim_key
from .documents import Claim, Intake, Reference

FIRST_CYCLE = 1

ALREADY_REGISTERED = "Deze werkgeverscode is al aangemeld. Is dat door jou gedaan? Dan hoef je niets te doen."
REFERENCE_TAKEN = "Je aanmelding kreeg een nummer dat al bestaat. Vul het formulier opnieuw in."


def decide(case: Case[None]) -> Outcome:
    """Answer the first form of a registration; free the claim of a refused connection."""
    match case.cause:
        case FormReceived() as event:
            return _answer(case, event)
        case ProvisioningRefused() as event:
            return _free(case, event)
        case _:
            return Ignore("NOTHING_DUE")


def touches(cause: Cause, subject: str) -> Iterable[DocumentKey]:
    """The claims and the reference that an answer reads; whatever the form is, quickly."""
    match cause:
        case FormReceived():
            yield DocumentKey(Reference.kind, reference(subject))
            yield from (DocumentKey(Claim.kind, key) for key in claim_key.of_typed_form(cause.form, subject))
        case ProvisioningRefused():
            yield from (DocumentKey(Claim.kind, key) for key in claim_key.of_refusal(cause, subject))


def _answer(case: Case[None], event: FormReceived) -> Outcome:
    if case.documents.get(Intake, case.subject) is not None:
        return Ignore("ALREADY_DECIDED")
    own = reference(case.subject)
    checked = check_form(event.form, case.subject, event.defects)
    if isinstance(checked, RefusedForm):
        return _reject(case, checked, own, tuple(_form_fault(fault) for fault in checked.faults))
    if not isinstance(checked, Form):
        return Park("NOT_HANDLED_YET")
    keys = claim_key.of_form(checked, case.subject)
    if taken := _taken(case, own, keys):
        return _reject(case, checked, own, taken)
    return _submit(case, checked, own, keys)


def _taken(case: Case[None], own: str, keys: Iterable[str]) -> tuple[FormFault, ...]:
    if not _may_have(case, own):
        return (FormFault(field="form", code="REFERENCE_TAKEN", message=REFERENCE_TAKEN),)
    return tuple(
        FormFault(field=f"connections.{index}.employer_code", code="ALREADY_REGISTERED", message=ALREADY_REGISTERED)
        for index, key in enumerate(keys)
        if (claim := case.documents.get(Claim, key)) is not None and claim.registration is not None
    )


def _submit(case: Case[None], form: Form, own: str, keys: tuple[str, ...]) -> Emit:
    intake = Intake(
        answer="submitted",
        since=case.now,
        reference=own,
        package=form.package,
        company_name=form.company_name,
        warnings=tuple(f"{warning.field} {warning.code}" for warning in form.warnings),
    )
    claims = {
        DocumentKey(Claim.kind, key): Claim(registration=case.subject, connection=number)
        for number, key in enumerate(keys, start=1)
    }
    registration = Registration(reference=own, **form._asdict())  # the warnings are the reviewer's, no part of it
    return Emit(
        events=(RegistrationSubmitted(registration=registration, cycle=FIRST_CYCLE),),
        documents={**_remembered(case, intake), **claims},
    )


def _reject(case: Case[None], form: Form | RefusedForm, own: str, faults: tuple[FormFault, ...]) -> Emit:
    faulty = {fault.field for fault in faults}
    rejected = RegistrationRejected(
        reference=own,
        cycle=FIRST_CYCLE,
        correctable=False,
        # A name that stands twice is not known, even if each of its values is valid.
        email=None if "email" in faulty else form.email,
        company_name=None if "company_name" in faulty else form.company_name,
        package=None if "package" in faulty else form.package,
        faults=faults,
    )
    intake = Intake(
        answer="rejected",
        since=case.now,
        reference=own,
        package=rejected.package,
        company_name=rejected.company_name,
        faults=tuple(f"{fault.field} {fault.code}" for fault in faults),
    )
    return Emit(events=(rejected,), documents=_remembered(case, intake))


def _remembered(case: Case[None], intake: Intake) -> Mapping[DocumentKey, Document]:
    remembered: dict[DocumentKey, Document] = {DocumentKey(Intake.kind, case.subject): intake}
    if _may_have(case, intake.reference):
        remembered[DocumentKey(Reference.kind, intake.reference)] = Reference(registration=case.subject)
    return remembered


def _may_have(case: Case[None], own: str) -> bool:
    holder = case.documents.get(Reference, own)
    return holder is None or holder.registration == case.subject


def _free(case: Case[None], event: ProvisioningRefused) -> Outcome:
    freed = [key for key in claim_key.of_refusal(event, case.subject) if _is_held(case.documents, key, case.subject)]
    if not freed:
        return Ignore("NOTHING_CLAIMED")
    return Emit(documents={DocumentKey(Claim.kind, key): Claim(registration=None) for key in freed})


def _is_held(documents: Documents, key: str, registration: str) -> bool:
    claim = documents.get(Claim, key)
    return claim is not None and claim.registration == registration


def _form_fault(fault: Fault) -> FormFault:
    return FormFault(field=fault.field, code=fault.code, message=fault.message)


SERVICE = Service(stage=INTAKE, main=Intake, decide=decide, facts=no_facts, others=(Claim, Reference), touches=touches)
