"""Processors, link requests, and what follows from a.s.r.'s review."""

from collections.abc import Mapping

from payroll.form import LinkRequest, ProcessorRegistration
from schemas.event import Event
from schemas.events import (
    FormFault,
    LinkRequested,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProcessorReviewed,
)
from schemas.values import Applicant
from stream.document import Document, DocumentKey, Gate
from stream.service import Case, Emit, Ignore, Outcome, Park

from . import gate
from .documents import EmployerRequest, Intake, Processor
from .submission import Submission

PROCESSOR_ALREADY_REGISTERED = "Met dit e-mailadres is al een salarisverwerker aangemeld voor dit salarispakket."


def known_processor(submission: Submission, form: ProcessorRegistration) -> tuple[FormFault, ...]:
    """A processor registers once with each package; what changes, it corrects."""
    processor = submission.case.documents.get(Processor, gate.of_processor(form.email, form.package))
    if processor is None or processor.registration == submission.id:
        return ()
    return (FormFault(field="email", code="ALREADY_REGISTERED", message=PROCESSOR_ALREADY_REGISTERED),)


def apply(submission: Submission, form: ProcessorRegistration) -> Emit:
    """A processor waits for a.s.r.'s review; its credentials are kept for its employers.

    One that is confirmed stays so when it renews credentials or moves to another address, as its code shows that it is
    the same; under another name, which employers choose it by, it is reviewed again.
    """
    known = submission.known
    confirmed = known if known is not None and known.answer == "confirmed" else None
    stays = confirmed is not None and confirmed.company_name == form.company_name
    key = DocumentKey(Processor.kind, gate.of_processor(form.email, form.package))
    processor = Processor(registration=submission.id, identifiers=form.identifiers, secrets=form.secrets)
    documents = {**submission.answered("confirmed" if stays else "applied", form), key: processor}
    if confirmed is not None and confirmed.email is not None:
        wanted = dict.fromkeys(_gates(confirmed.email, form.package), False)
        wanted |= dict.fromkeys(_gates(form.email, form.package), True) if stays else {}
        documents |= _as_wanted(submission.case, wanted)
    applicant = submission.applicant(form.email, form.company_name, form.package)
    said: Event = (
        ProcessorConfirmed(applicant=applicant, cycle=submission.cycle, review=1)
        if stays
        else ProcessorApplied(applicant=applicant, cycle=submission.cycle)
    )
    return Emit((said,), documents)


def request(submission: Submission, form: LinkRequest) -> Emit:
    """An employer asks for the link: whoever registers it may go on."""
    documents = submission.answered("requested", form)
    for key in gate.of_request(form):
        documents[DocumentKey(EmployerRequest.kind, key)] = EmployerRequest(email=form.email)
    documents |= _as_wanted(submission.case, dict.fromkeys(gate.of_request(form), True))
    said = LinkRequested(
        applicant=submission.applicant(form.email, form.company_name),
        cycle=submission.cycle,
        processor_name=form.processor_name,
        processor_email=form.processor_email,
        raamwerkcontractnummer=form.raamwerkcontractnummer,
        loonheffingennummer=form.loonheffingennummer,
    )
    return Emit((said,), documents)


def review(case: Case[None], event: ProcessorReviewed) -> Outcome:
    """a.s.r. confirms or declines; the last word counts."""
    known = case.documents.get(Intake, case.subject)
    if known is None:
        return Park("NOTHING_APPLIED", retry=True, blocks=False)
    if known.answer not in ("applied", "confirmed", "declined"):
        return Ignore("NOT_UNDER_REVIEW")
    if known.email is None or gate.address(known.email) != gate.address(event.email):
        return Ignore("OTHER_ADDRESS")
    if known.answer == event.verdict:
        return Ignore(f"ALREADY_{event.verdict.upper()}")
    applicant = Applicant(
        reference=known.reference, email=known.email, company_name=known.company_name or "", package=known.package
    )
    is_open = event.verdict == "confirmed"
    about = {"applicant": applicant, "cycle": known.cycle, "review": known.reviews + 1}
    said = ProcessorConfirmed(**about) if is_open else ProcessorDeclined(**about, reason=event.reason or "")
    documents: dict[DocumentKey, Document] = {
        DocumentKey(Intake.kind, case.subject): known.but(
            answer=event.verdict, since=case.now, reviews=known.reviews + 1
        )
    }
    wanted = dict.fromkeys(_gates(known.email, known.package), is_open)
    return Emit((said,), documents | _as_wanted(case, wanted))


def _gates(email: str, package: str | None) -> tuple[str, ...]:
    """What this processor's employers wait for: it, and it with its credentials."""
    return gate.of_processor(email), gate.of_processor(email, package)


def _as_wanted(case: Case[None], wanted: Mapping[str, bool]) -> dict[DocumentKey, Document]:
    """The gates, open or shut; one that is so already is left alone, since each writing wakes all who wait."""
    opened = {key for key in wanted if (found := case.documents.get(Gate, key)) is not None and found.open}
    return {
        DocumentKey(Gate.kind, key): Gate(open=is_open) for key, is_open in wanted.items() if (key in opened) != is_open
    }
