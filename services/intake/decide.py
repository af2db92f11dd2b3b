"""Intake's reaction to each event: the table of contents of this service."""

from schemas.events import CycleRequested, FormReceived, ProcessorReviewed, ProvisioningRefused
from schemas.flow import INTAKE
from schemas.values import ABOUT_EARLIER
from services.intake import gate, handed_over, held_registration, keylane_claims, link_request, processor, successor
from services.intake.considering import consider
from services.intake.documents import Claim, Intake, Processor, Reference
from services.intake.employer_request import EmployerRequest
from services.intake.ending import end
from services.intake.found_numbers import FoundNumbers, claim_found
from services.intake.moved_processor import MovedProcessor, follow
from services.intake.named_form import ReadForm
from services.intake.rejection import reject
from services.intake.submission import Submission
from services.intake.terms import Terms
from services.intake.touched import recalls, touches
from stream.document import Gate
from stream.service import Case, Due, Emit, HandedOver, Ignore, Opened, Outcome, Service, Told, no_facts


def service(terms: Terms) -> Service[None]:
    """The service under these terms."""

    def decide(case: Case[None]) -> Outcome:
        known = case.documents.get(Intake, case.subject)
        match case.cause:
            case FormReceived() as event:
                return Ignore("ALREADY_DECIDED") if known is not None else _answer(case, event, terms)
            case CycleRequested() | ProvisioningRefused() as event:
                return keylane_claims.heard(case, event, known)
            case ProcessorReviewed() as event:
                return processor.review(case, event, known)
            case HandedOver() as cause:
                return handed_over.follow_up(case, cause, known, terms)
            case Opened() | Told() | Due() as woken:
                return _woken(case, woken, known, terms)
            case _:
                return Ignore("NOT_OURS")

    kinds = (Claim, Reference, Gate, Processor, EmployerRequest)
    return Service(INTAKE, Intake, decide, no_facts, kinds, touches, recalls)


def _answer(case: Case[None], event: FormReceived, terms: Terms) -> Outcome:
    """A form has come: its outcome, or everything that is wrong with it."""
    submission = Submission(case, terms, event.form)
    read: ReadForm = case.found
    if event.form.get("kind") in ABOUT_EARLIER:
        return handed_over.pass_on(submission, event, read)
    considered = consider(submission, read)
    return considered if isinstance(considered, Emit) else reject(submission, read, considered)


def _woken(case: Case[None], woken: Opened | Told | Due, known: Intake | None, terms: Terms) -> Outcome:
    match woken:
        case Opened(gate=opened):
            return _opened(case, opened, known, terms)
        case Told(text=text):
            return _told(case, text, known, terms)
        case Due():
            return _due(case, known, terms)


def _told(case: Case[None], text: str, known: Intake | None, terms: Terms) -> Outcome:
    """An operator has said something of this registration."""
    if known is None:
        return Ignore("NOT_WAITING")
    if found := FoundNumbers.told_by(text):
        return claim_found(case, known, found, terms)
    if moved := MovedProcessor.told_by(text):
        return follow(case, known, moved, terms)
    return Ignore("NOT_OURS")


def _opened(case: Case[None], opened: str, known: Intake | None, terms: Terms) -> Outcome:
    """A gate that wakes this registration is open."""
    if known is None:
        return Ignore("NOT_WAITING")
    if opened == gate.of_return(case.subject):
        return keylane_claims.returned(case, known)
    successors = {gate.of_readiness(one): one for one in known.successors}
    if opened in successors:
        return successor.succeeded(case, known, successors[opened])
    if known.answer == "requested":
        return link_request.look(case, known, terms)
    return held_registration.go_on(case, known, terms)


def _due(case: Case[None], known: Intake | None, terms: Terms) -> Outcome:
    """It is time to remind somebody, or to wait no longer."""
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    match known.answer:
        case "rejected":
            return end(case, known, "lapsed")
        case "requested":
            return link_request.remind(case, known, terms)
        case _:
            return held_registration.remind(case, known, terms)
