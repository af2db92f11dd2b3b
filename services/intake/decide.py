"""Answer forms, hold what comes early, let it go on by itself, and follow what its owner changes."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from payroll.form import Correction, LinkRequest, ProcessorRegistration, RefusedForm, Withdrawal
from schemas.events import (
    CycleRequested,
    EarlierRegistration,
    FormFault,
    FormReceived,
    ProcessorReviewed,
    ProvisioningRefused,
    RegistrationRejected,
)
from schemas.flow import INTAKE
from stream.document import Gate
from stream.service import Case, Due, Emit, HandedOver, Ignore, Opened, Outcome, Service, no_facts

from . import at_keylane, gate, link_request, processor
from .claims import freed, of_same_address
from .documents import Claim, EmployerRequest, Intake, Processor, Reference, main_of
from .ending import correction_fails, end, lapse
from .follow_up import follow_up, succeeded
from .found_numbers import FoundNumbers, claim_found
from .moved_processor import MovedProcessor, follow
from .named_form import NamedForm, ReadForm, read_form, unnamed
from .opening import is_open
from .registration import held, register, superseding, waits_for_an_end
from .sentences import CODE_WRONG, REFERENCE_TAKEN, REFERENCE_UNKNOWN
from .submission import Submission, form_fault
from .terms import Terms
from .touched import named_earlier, recalls, touches

__all__ = ["SERVICE", "decide", "service", "touches"]

Considered = Emit | tuple[FormFault, ...]


def service(terms: Terms) -> Service[None]:
    """The service under these terms."""
    kinds = (Claim, Reference, Gate, Processor, EmployerRequest)
    return Service(INTAKE, Intake, decider(terms), no_facts, kinds, touches, recalls)


def decider(terms: Terms) -> Callable[[Case[None]], Outcome]:
    """The decision under these terms."""

    def decide(case: Case[None]) -> Outcome:
        match case.cause:
            case FormReceived() as event:
                return _answer(case, event, terms)
            case CycleRequested() | ProvisioningRefused() as event:
                return at_keylane.heard(case, event)
            case ProcessorReviewed() as event:
                return processor.review(case, event)
            case HandedOver() as cause:
                return follow_up(case, cause, terms, _consider)
            case Opened() | Due() as woken:
                return _opened(case, woken.gate, terms) if isinstance(woken, Opened) else _due(case, terms)
            case _:
                return Ignore("NOT_OURS")

    return decide


def _answer(case: Case[None], event: FormReceived, terms: Terms) -> Outcome:
    if case.documents.get(Intake, case.subject) is not None:
        return Ignore("ALREADY_DECIDED")
    submission = Submission(case, terms, event.form)
    read: ReadForm = case.found
    if event.form.get("kind") in ("correction", "withdrawal"):
        return _pass_on(submission, event, read)
    considered = _considered(submission, read)
    return considered if isinstance(considered, Emit) else _reject(submission, read, considered)


def _consider(submission: Submission) -> Considered:
    return _considered(submission, read_form(submission.form, submission.id, also=submission.sealed_to))


def _considered(submission: Submission, read: ReadForm) -> Considered:
    """What a whole form leads to, or what is wrong with it."""
    if isinstance(read, RefusedForm):
        return tuple(map(form_fault, read.faults))
    if not submission.may_have_reference:
        return (FormFault(field="form", code="REFERENCE_TAKEN", message=REFERENCE_TAKEN),)
    match read:
        case NamedForm():
            return _register(submission, read)
        case ProcessorRegistration():
            return processor.apply(submission, read)
        case LinkRequest():
            return link_request.ask(submission, read)
        case Correction() | Withdrawal():
            return (FormFault(field="kind", code="UNKNOWN_KIND", message=REFERENCE_UNKNOWN),)


def _register(submission: Submission, named: NamedForm) -> Considered:
    supersedes = named.form.supersedes
    if supersedes and not _has_answer(submission):
        holder = submission.case.documents.get(Reference, supersedes.reference)
        if holder is None or holder.registration == submission.id:
            return (_unknown("supersedes.reference"),)
        return superseding(submission, named, holder.registration)
    if is_open(submission.case, gate.of_wrong_code(submission.id)):
        return (FormFault(field="supersedes.code", code="CODE_WRONG", message=CODE_WRONG),)
    return register(submission, named)


def _has_answer(submission: Submission) -> bool:
    """Whether the registration whose place it takes has answered: it has ended, or the code was wrong."""
    return is_open(submission.case, gate.of_end(submission.id))


def _pass_on(submission: Submission, event: FormReceived, read: ReadForm) -> Emit:
    """Hand a correction or withdrawal to the registration that it names; that one knows the code."""
    named = named_earlier(event.form)
    if named is None or event.defects:
        faults = read.faults if isinstance(read, RefusedForm) else ()
        return _reject(submission, read, tuple(map(form_fault, faults)))
    holder = submission.case.documents.get(Reference, named.reference)
    if holder is None or holder.registration == submission.id:
        return _reject(submission, read, (_unknown("reference"),))
    documents = submission.answered("passed_on", unnamed(read), form=None, faults=())
    return Emit(documents=documents, handed_to=(holder.registration,))


def _unknown(field: str) -> FormFault:
    return FormFault(field=field, code="REFERENCE_UNKNOWN", message=REFERENCE_UNKNOWN)


def _opened(case: Case[None], opened: str, terms: Terms) -> Outcome:
    known = case.documents.get(Intake, case.subject)
    if known is None:
        return Ignore("NOT_WAITING")
    if found := FoundNumbers.told_by(opened):
        return claim_found(case, known, found, terms)
    if moved := MovedProcessor.told_by(opened):
        return follow(case, known, moved, terms, _consider)
    if opened == gate.of_return(case.subject):
        return at_keylane.returned(case, known)
    successors = {gate.of_readiness(one): one for one in known.successors}
    if opened in successors:
        return succeeded(case, known, successors[opened])
    return _go_on(case, terms)


def _go_on(case: Case[None], terms: Terms) -> Outcome:
    """A gate is open: look again at everything that is waited for."""
    known = case.documents.get(Intake, case.subject)
    if known is None or known.answer != "held" or known.form is None:
        return Ignore("NOT_WAITING")
    submission = Submission(case, terms, known.form, known.cycle, known.sealed_to, known)
    read = read_form(known.form, case.subject, also=known.sealed_to)
    considered = _considered(submission, read)
    if isinstance(considered, Emit):
        return considered
    if known.stands is not None:
        return correction_fails(case, known, known.stands, considered)
    return _reject(submission, read, considered)


def _due(case: Case[None], terms: Terms) -> Outcome:
    known = case.documents.get(Intake, case.subject)
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    if known.answer in ("rejected", "requested"):
        return end(case, known, "lapsed") if known.answer == "rejected" else link_request.remind(case, known, terms)
    if known.held_since is None or known.form is None or case.now >= known.held_since + terms.lapse:
        return lapse(case, known)
    if waits_for_an_end(known):
        # Without that one's answer it may not go on, whatever holds it up: both would count.
        return Emit(documents={main_of(case): known.but(due_at=case.now + terms.reminder)})
    read = read_form(known.form, case.subject, also=known.sealed_to)
    if not isinstance(read, NamedForm):
        return _go_on(case, terms)
    due_at = min(known.held_since + terms.lapse, case.now + terms.reminder)
    submission = Submission(case, terms, known.form, known.cycle, known.sealed_to, known)
    documents = {submission.main: known.but(reminders=known.reminders + 1, due_at=due_at)}
    return Emit((held(submission, read, documents),), documents)


def _reject(submission: Submission, read: ReadForm, faults: tuple[FormFault, ...]) -> Emit:
    form = unnamed(read)
    # A name that stands twice is not known, even if each of its values is valid; what is registered already is.
    faulty = {fault.field for fault in faults if fault.code != "ALREADY_REGISTERED"}
    said: dict[str, Any] = {
        name: None if name in faulty else getattr(form, name, None) for name in ("email", "company_name", "package")
    }
    correctable = submission.may_have_reference and _is_correctable(submission, faulty)
    rejected = RegistrationRejected(
        reference=submission.reference,
        faults=faults,
        cycle=submission.cycle,
        correctable=correctable,
        earlier=tuple(one for one in _earlier(submission, read) if one.field in {fault.field for fault in faults}),
        **said,
    )
    codes = tuple(f"{fault.field} {fault.code}" for fault in faults)
    kept = {"due_at": submission.now + submission.terms.lapse} if correctable else {"form": None}
    documents = submission.answered("rejected", form, faults=codes, warnings=(), **said, **kept)
    return Emit((rejected,), documents | (freed(submission.case, submission.known) if submission.known else {}))


def _earlier(submission: Submission, read: ReadForm) -> Iterable[EarlierRegistration]:
    """What the same address has registered before, by which the form was rejected."""
    match read:
        case NamedForm():
            return of_same_address(submission, read)
        case ProcessorRegistration():
            return processor.of_same_address(submission, read)
        case _:
            return ()


def _is_correctable(submission: Submission, faulty: Collection[str]) -> bool:
    """Kind and package never change, and a correction is corrected by another one.

    What was to take another registration's place has to bring that one's code, which a form alone can do.
    """
    form = submission.form
    if form.get("supersedes") and (not _has_answer(submission) or "supersedes.code" in faulty):
        return False
    return not {"kind", "package"} & set(faulty) and form.get("kind") not in (None, "correction", "withdrawal")


SERVICE = service(Terms())
"""Without codes: what the rest of the flow is tried with."""

decide = SERVICE.decide
