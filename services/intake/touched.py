"""The shared documents that a form is about: claims, references, gates and processors."""

from collections.abc import Iterable, Iterator

from payroll.check import check_form
from payroll.correction import corrected, without_connections
from payroll.field_reader import Json
from payroll.form import LinkRequest, ProcessorRegistration, Withdrawal
from payroll.packages import packages
from schemas.events import CycleRequested, FormReceived, ProcessorReviewed, ProvisioningRefused
from schemas.ids import RegistrationId, reference
from services.intake import gate
from services.intake.documents import Claim, Intake, Processor, Reference
from services.intake.employer_request import EmployerRequest
from services.intake.found_numbers import FoundNumbers, completed
from services.intake.moved_processor import MovedProcessor
from services.intake.named_form import NamedForm, ReadForm, named_earlier, read_form, read_kept
from stream.document import Document, DocumentKey, Gate
from stream.service import Cause, HandedOver, Told, Touched


def touches(cause: Cause, subject: RegistrationId) -> Touched:
    """The documents that an event names by itself, and the form as read for that."""
    match cause:
        case FormReceived():
            read = read_form(cause.form, subject, cause.defects)
            return Touched(frozenset(_of_received(cause.form, read, subject)), read)
        case ProvisioningRefused() | CycleRequested():
            return Touched(frozenset((Gate.at(gate.of_return(subject)),)))
        case ProcessorReviewed():
            return Touched(frozenset(_of_processor(cause.email)))
        case _:
            return Touched()


def _of_received(form: Json, read: ReadForm, subject: RegistrationId) -> Iterator[DocumentKey]:
    yield Reference.at(reference(subject))
    if not isinstance(read, NamedForm) and (named := named_earlier(form)):
        yield Reference.at(named.reference)
    yield from _of_form(read, subject)


def recalls(cause: Cause, subject: RegistrationId, main: Document | None) -> Iterable[DocumentKey]:
    """The documents that a waking registration, or one that is handed a record, touches by its own form."""
    if not isinstance(main, Intake):
        return
    yield from (Claim.at(key) for key in (*main.claims, *main.returning))
    for request in main.requests:
        yield from (EmployerRequest.at(request), Gate.at(request), Gate.at(gate.of_leaving(request)))
    for successor in main.successors:
        yield from _answer_to(successor)
    if isinstance(cause, Told) and (found := FoundNumbers.told_by(cause.text)):
        for one in completed(found, main, subject):
            yield from _of_form(one.after, subject)
    if isinstance(cause, Told) and (moved := MovedProcessor.told_by(cause.text)):
        yield from _of_form(read_form(moved.in_form_of(main) or {}, subject, also=main.sealed_to, kept=True), subject)
    yield from _of_form(read_kept(main, subject), subject)
    if main.stands:
        # The earlier state may count again, or end; older documents do not have the requests for which it has come.
        yield from _of_form(read_kept(main.stands, subject), subject)
    if isinstance(cause, HandedOver) and isinstance(cause.event, FormReceived):
        yield from _answer_to(cause.origin)
        whole = _changed(main.form or {}, cause.event.form, cause.origin)
        if whole is not None:
            yield from _of_form(read_form(whole, subject, also=(*main.sealed_to, cause.origin)), subject)


def _changed(kept: Json, form: Json, origin: RegistrationId) -> Json | None:
    """The kept form, as a correction changes it, or without single connections that are withdrawn."""
    if form.get("kind") == "correction":
        return corrected(kept, form)[0]
    withdrawal = check_form(form, origin) if form.get("kind") == "withdrawal" else None
    named = isinstance(withdrawal, Withdrawal) and withdrawal.connections
    return without_connections(kept, named) if named else None


def _of_form(read: ReadForm, subject: RegistrationId) -> Iterator[DocumentKey]:
    """The documents of a good form; one with faults touches none."""
    match read:
        case NamedForm():
            yield from (Claim.at(key) for _, names in read.claimed for key in names.keys)
            yield from _of_registration(read, subject)
        case LinkRequest():
            for key in gate.of_request(read):
                yield from (Gate.at(key), EmployerRequest.at(key))
        case ProcessorRegistration():
            yield from _of_processor(read.email)


def _of_registration(named: NamedForm, subject: RegistrationId) -> Iterator[DocumentKey]:
    """What a registration waits for, and whose credentials it uses."""
    if named.form.supersedes:
        yield Reference.at(named.form.supersedes.reference)
        yield from _answer_to(subject)
    if named.processor:
        yield from (Gate.at(named.processor), Processor.at(named.processor))
    for request in named.requests:
        yield from (Gate.at(request), EmployerRequest.at(request), Gate.at(gate.of_leaving(request)))


def _answer_to(registration: RegistrationId) -> Iterator[DocumentKey]:
    """The gates by which this one and the registration that it supersedes tell each other."""
    tells = (gate.of_readiness, gate.of_end, gate.of_wrong_code)
    return (Gate.at(of(registration)) for of in tells)


def _of_processor(email: str) -> Iterator[DocumentKey]:
    """Everything that a processor's confirmation opens."""
    yield Gate.at(gate.of_processor(email))
    for slug, package in packages().items():
        if "processor_registration" in package.kinds:
            key = gate.of_processor(email, slug)
            yield from (Gate.at(key), Processor.at(key))
