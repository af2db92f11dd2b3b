"""The shared documents that a form is about: claims, references, gates and processors."""

from collections.abc import Iterable, Iterator

from payroll.check import check_form
from payroll.correction import corrected
from payroll.earlier_form import read_earlier, read_named
from payroll.field_reader import FieldReader, Json
from payroll.form import CheckedForm, Earlier, Form, LinkRequest, ProcessorRegistration, RefusedForm
from payroll.packages import packages
from schemas.events import CycleRequested, FormReceived, ProcessorReviewed, ProvisioningRefused
from schemas.ids import reference
from stream.document import Document, DocumentKey, Gate
from stream.service import Cause, HandedOver, Touched

from . import claim_key, gate
from .documents import Claim, EmployerRequest, Intake, Processor, Reference


def touches(cause: Cause, subject: str) -> Touched:
    """What an event names by itself, and a form checked for that."""
    match cause:
        case FormReceived():
            checked = check_form(cause.form, subject, cause.defects)
            return Touched(frozenset(_of_received(cause.form, checked, subject)), checked)
        case ProvisioningRefused() | CycleRequested():
            return Touched(frozenset((DocumentKey(Gate.kind, gate.of_return(subject)),)))
        case ProcessorReviewed():
            return Touched(frozenset(of_processor(cause.email)))
        case _:
            return Touched()


def _of_received(form: Json, checked: CheckedForm | RefusedForm, subject: str) -> Iterator[DocumentKey]:
    yield DocumentKey(Reference.kind, reference(subject))
    if named := named_earlier(form):
        yield DocumentKey(Reference.kind, named.reference)
    yield from of_form(checked, subject)


def recalls(cause: Cause, subject: str, main: Document | None) -> Iterable[DocumentKey]:
    """What a registration that wakes, or is told of another's form, touches by its own form."""
    if not isinstance(main, Intake):
        return
    yield from (DocumentKey(Claim.kind, key) for key in (*main.claims, *main.returning))
    for successor in main.successors:
        yield from _answer_to(successor)
    kept = main.form or {}
    yield from of_form(check_form(kept, subject, also=main.sealed_to), subject)
    if isinstance(cause, HandedOver) and isinstance(cause.event, FormReceived):
        yield from _answer_to(cause.origin)
        if cause.event.form.get("kind") == "correction":
            whole, _ = corrected(kept, cause.event.form)
            yield from of_form(check_form(whole, subject, also=(*main.sealed_to, cause.origin)), subject)


def of_form(checked: CheckedForm | RefusedForm, subject: str) -> Iterator[DocumentKey]:
    """The documents of a good form; one with faults touches none."""
    match checked:
        case Form():
            connections = claim_key.of_form(checked, subject)
            yield from (DocumentKey(Claim.kind, key) for names in connections for key in names.keys)
            yield from of_registration(checked, subject)
        case LinkRequest():
            for key in gate.of_request(checked):
                yield from (DocumentKey(Gate.kind, key), DocumentKey(EmployerRequest.kind, key))
        case ProcessorRegistration():
            yield from of_processor(checked.email)


def of_registration(form: Form, subject: str) -> Iterator[DocumentKey]:
    """What a registration waits for, and whose credentials it uses."""
    if form.supersedes:
        yield DocumentKey(Reference.kind, form.supersedes.reference)
        yield from _answer_to(subject)
    if form.kind == "employer_registration":
        credentials = form.package if packages()[form.package].processor_secrets else None
        key = gate.of_processor(form.email, credentials)
        yield from (DocumentKey(Gate.kind, key), DocumentKey(Processor.kind, key))
        for request in gate.of_employer(form):
            yield from (DocumentKey(Gate.kind, request), DocumentKey(EmployerRequest.kind, request))


def _answer_to(registration: str) -> Iterator[DocumentKey]:
    """What this one (its id) and the registration that it supersedes tell each other by."""
    tells = (gate.of_readiness, gate.of_end, gate.of_wrong_code)
    return (DocumentKey(Gate.kind, of(registration)) for of in tells)


def of_processor(email: str) -> Iterator[DocumentKey]:
    """Everything that a processor's confirmation opens."""
    yield DocumentKey(Gate.kind, gate.of_processor(email))
    for slug, package in packages().items():
        if "processor_registration" in package.kinds:
            key = gate.of_processor(email, slug)
            yield from (DocumentKey(Gate.kind, key), DocumentKey(Processor.kind, key))


def named_earlier(form: Json) -> Earlier | None:
    """The earlier registration that a form names: to correct, withdraw or supersede it."""
    if form.get("kind") in ("correction", "withdrawal"):
        return read_named(form, FieldReader())
    return read_earlier(form, "supersedes", FieldReader())
