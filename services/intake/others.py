"""Processors, link requests, and what follows from a.s.r.'s review."""

from typing import Any, Literal

from payroll.address_key import address_key
from payroll.form import LinkRequest, ProcessorRegistration
from schemas.event import Event
from schemas.events import (
    EarlierRegistration,
    FormFault,
    LinkRequested,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProcessorReviewed,
)
from schemas.ids import reference
from schemas.values import Applicant
from stream.document import Document, DocumentKey
from stream.service import Case, Emit, Ignore, Outcome, Park

from . import gate
from .documents import Asker, EmployerRequest, Intake, Processor
from .ending import main_of
from .opening import as_wanted, asked_before, given_up, of_verdict, requested
from .sentences import PROCESSOR_ALREADY_REGISTERED
from .submission import Submission
from .terms import TAKEN_UP_WITHIN, Terms


def known_processor(submission: Submission, form: ProcessorRegistration) -> tuple[FormFault, ...]:
    """A processor registers once with each package; what changes, it corrects."""
    if _earlier(submission, form) is None:
        return ()
    return (FormFault(field="email", code="ALREADY_REGISTERED", message=PROCESSOR_ALREADY_REGISTERED),)


def of_known_processor(submission: Submission, form: ProcessorRegistration) -> tuple[EarlierRegistration, ...]:
    """The live registration of this processor with this package, to be told to its address, which is the form's."""
    earlier = _earlier(submission, form)
    return (EarlierRegistration(field="email", reference=reference(earlier)),) if earlier else ()


def _earlier(submission: Submission, form: ProcessorRegistration) -> str | None:
    processor = submission.case.documents.get(Processor, gate.of_processor(form.email, form.package))
    return processor.registration if processor and processor.registration != submission.id else None


def apply(submission: Submission, form: ProcessorRegistration) -> Emit:
    """A processor waits for a.s.r.'s review; its credentials are kept for its employers.

    One that is confirmed stays so when it renews credentials or moves to another address, as its code shows that it is
    the same; under another name, which employers choose it by, it is reviewed again.
    """
    known = submission.known
    confirmed = known if known is not None and known.answer == "confirmed" else None
    stays = confirmed is not None and confirmed.company_name == form.company_name
    key = DocumentKey(Processor.kind, gate.of_processor(form.email, form.package))
    processor = Processor(
        registration=submission.id, confirmed=stays, identifiers=form.identifiers, secrets=form.secrets
    )
    left, wanted = given_up(submission.case, known)
    if stays:
        wanted |= of_verdict(submission.case, form.email, form.package, is_confirmed=True)
    documents = {**submission.answered("confirmed" if stays else "applied", form), **left, key: processor}
    documents |= as_wanted(submission.case, wanted)
    applicant = submission.applicant(form.email, form.company_name, form.package)
    said: Event = (
        ProcessorConfirmed(applicant=applicant, cycle=submission.cycle, review=1)
        if stays
        else ProcessorApplied(applicant=applicant, cycle=submission.cycle)
    )
    return Emit((said,), documents)


def request(submission: Submission, form: LinkRequest, *, follows: bool = False) -> Emit:
    """An employer asks for the link: whoever registers it may go on.

    `follows`: it is the same processor as before, at another address; one that has taken it up hears nothing.
    """
    left, wanted = given_up(submission.case, submission.known)
    earlier = requested(submission.case, submission.known)
    was_taken_up = follows and earlier is not None and _is_taken_up(submission.case, earlier)
    taken_up = was_taken_up or _is_taken_up(submission.case, form)
    due_at = None if taken_up else submission.now + submission.terms.reminder
    documents = {**submission.answered("requested", form, taken_up=taken_up, due_at=due_at), **left}
    number = gate.whole_number(form.loonheffingennummer)
    asker = Asker(submission=submission.id, email=form.email, lhnr=number, taken_up=taken_up)
    for key in gate.of_request(form):
        request = DocumentKey(EmployerRequest.kind, key)
        stays = left.get(request)
        before = stays if isinstance(stays, EmployerRequest) else asked_before(submission.case, key)
        documents[request] = before.asked_by(asker)
    documents |= as_wanted(submission.case, wanted | dict.fromkeys(gate.of_request(form), True))
    applicant = submission.applicant(form.email, form.company_name)
    told = None if was_taken_up else _to_processor(earlier, form)
    return Emit((_asked(applicant, submission.cycle, form, to_processor=told),), documents)


def _asked(applicant: Applicant, cycle: int, form: LinkRequest, **told: Any) -> LinkRequested:
    return LinkRequested(
        applicant=applicant,
        cycle=cycle,
        processor_name=form.processor_name,
        processor_email=form.processor_email,
        raamwerkcontractnummer=form.raamwerkcontractnummer,
        loonheffingennummer=form.loonheffingennummer,
        **told,
    )


def look_after(case: Case[None], known: Intake, terms: Terms) -> Emit:
    """Whether a processor has taken up by now what this link request asks; nobody tells it so.

    As long as none has, employer and processor are reminded, until it is overdue: from then on operators see it. After
    the time in which what is held lapses it is left as it is: a correction looks again.
    """
    form = requested(case, known)
    if form is None or _is_taken_up(case, form):
        return Emit(documents={main_of(case): known.but(taken_up=form is not None, overdue=False, due_at=None)})
    due_at = None if case.now >= known.since + terms.lapse else case.now + terms.reminder
    if due_at is None or case.now >= known.since + TAKEN_UP_WITHIN:
        return Emit(documents={main_of(case): known.but(overdue=True, due_at=due_at)})
    number = known.reminders + 1
    applicant = Applicant(reference=known.reference, email=form.email, company_name=form.company_name, package=None)
    said = _asked(applicant, known.cycle, form, to_processor="request", number=number)
    return Emit((said,), {main_of(case): known.but(reminders=number, due_at=due_at)})


def _is_taken_up(case: Case[None], form: LinkRequest) -> bool:
    found = (case.documents.get(EmployerRequest, key) for key in gate.of_request(form))
    return any(request.is_taken_up(case.subject) for request in found if request)


def _to_processor(before: LinkRequest | None, form: LinkRequest) -> Literal["request", "change"] | None:
    """What the processor has to hear; how its own name or the contract is written is nothing to it."""
    if before is None or address_key(before.processor_email) != address_key(form.processor_email):
        return "request"
    told = (form.company_name, form.loonheffingennummer)
    return None if (before.company_name, before.loonheffingennummer) == told else "change"


def review(case: Case[None], event: ProcessorReviewed) -> Outcome:
    """a.s.r. confirms or declines what it has seen; the last word counts."""
    known = case.documents.get(Intake, case.subject)
    if known is None:
        return Park("NOTHING_APPLIED", retry=True, blocks=False)
    if not known.is_of_processor:
        return Ignore("NOT_UNDER_REVIEW")
    if known.email is None or address_key(known.email) != address_key(event.email):
        return Ignore("OTHER_ADDRESS")
    if event.company_name not in (None, known.company_name):
        return Ignore("OTHER_NAME")
    if known.answer == event.verdict:
        return Ignore(f"ALREADY_{event.verdict.upper()}")
    applicant = Applicant(
        reference=known.reference, email=known.email, company_name=known.company_name or "", package=known.package
    )
    is_confirmed = event.verdict == "confirmed"
    count = known.reviews + 1
    said = (
        ProcessorConfirmed(applicant=applicant, cycle=known.cycle, review=count)
        if is_confirmed
        else ProcessorDeclined(applicant=applicant, cycle=known.cycle, review=count, reason=event.reason or "")
    )
    after = known.but(answer=event.verdict, since=case.now, reviews=count)
    documents: dict[DocumentKey, Document] = {main_of(case): after}
    key = gate.of_processor(known.email, known.package)
    if processor := case.documents.get(Processor, key):
        documents[DocumentKey(Processor.kind, key)] = processor.but(confirmed=is_confirmed)
    wanted = of_verdict(case, known.email, known.package, is_confirmed=is_confirmed)
    return Emit((said,), documents | as_wanted(case, wanted))
