"""A processor's own registration: a.s.r. reviews it, and its employers wait until it is confirmed."""

from payroll.address_key import address_key
from payroll.form import ProcessorRegistration
from payroll.packages import packages
from schemas.event import Event
from schemas.events import (
    EarlierRegistration,
    FormFault,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProcessorReviewed,
)
from schemas.ids import reference
from services.intake import gate
from services.intake.documents import Intake, Processor, applicant_of
from services.intake.gate_state import Changes, Wanted, as_wanted
from services.intake.sentences import PROCESSOR_ALREADY_REGISTERED
from services.intake.submission import Considered, Submission
from stream.document import Document, DocumentKey
from stream.service import Case, Emit, Ignore, Outcome, Park


def apply(submission: Submission, form: ProcessorRegistration) -> Considered:
    """A processor waits for a.s.r.'s review; its credentials are kept for its employers.

    It registers once with each package, and corrects that if anything changes.

    A confirmed processor stays so when it renews credentials or moves to another address, as its code shows that it is
    the same; under another name, by which employers choose it, it is reviewed again.
    """
    if _earlier(submission, form):
        return (FormFault(field="email", code="ALREADY_REGISTERED", message=PROCESSOR_ALREADY_REGISTERED),)
    known = submission.known
    confirmed = known if known is not None and known.answer == "confirmed" else None
    stays = confirmed is not None and confirmed.company_name == form.company_name
    key = Processor.at(gate.of_processor(form.email, form.package))
    processor = Processor(
        registration=submission.id, confirmed=stays, identifiers=form.identifiers, secrets=form.secrets
    )
    left, wanted = given_up(submission.case, known)
    if stays:
        wanted |= of_verdict(submission.case, form.email, form.package, is_confirmed=True)
    documents = {**submission.answered("confirmed" if stays else "applied", form), **left, key: processor}
    documents |= as_wanted(submission.case, wanted)
    applicant = submission.applicant(form)
    moved_from = submission.moved_from(form.email)
    said: Event = (
        ProcessorConfirmed(applicant=applicant, cycle=submission.cycle, review=1, moved_from=moved_from)
        if stays
        else ProcessorApplied(applicant=applicant, cycle=submission.cycle, moved_from=moved_from)
    )
    return Emit((said,), documents)


def of_same_address(submission: Submission, form: ProcessorRegistration) -> tuple[EarlierRegistration, ...]:
    """The live registration of this processor with this package, to be told to its address, which is the form's."""
    earlier = _earlier(submission, form)
    return (EarlierRegistration(field="email", reference=reference(earlier)),) if earlier else ()


def _earlier(submission: Submission, form: ProcessorRegistration) -> str | None:
    processor = submission.case.documents.get(Processor, gate.of_processor(form.email, form.package))
    return processor.registration if processor and processor.registration != submission.id else None


def review(case: Case[None], event: ProcessorReviewed, known: Intake | None) -> Outcome:
    """a.s.r. confirms or declines what it has seen; the last word counts."""
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
    applicant = applicant_of(known, known)
    is_confirmed = event.verdict == "confirmed"
    count = known.reviews + 1
    said = (
        ProcessorConfirmed(applicant=applicant, cycle=known.cycle, review=count)
        if is_confirmed
        else ProcessorDeclined(applicant=applicant, cycle=known.cycle, review=count, reason=event.reason or "")
    )
    after = known.but(answer=event.verdict, since=case.now, reviews=count)
    documents: dict[DocumentKey, Document] = {Intake.at(case.subject): after}
    key = gate.of_processor(known.email, known.package)
    if processor := case.documents.get(Processor, key):
        documents[Processor.at(key)] = processor.but(confirmed=is_confirmed)
    # A processor that was never confirmed has opened no gate: another one or the file of clients opened it.
    counts = is_confirmed or known.answer == "confirmed"
    wanted = of_verdict(case, known.email, known.package, is_confirmed=is_confirmed) if counts else {}
    return Emit((said,), documents | as_wanted(case, wanted))


def given_up(case: Case[None], known: Intake | None) -> tuple[Changes, Wanted]:
    """The gates and claims of an earlier form of it, once it has ended or another form replaces that."""
    if known is None or known.email is None or not known.is_of_processor:
        return {}, {}
    free: Changes = {Processor.at(gate.of_processor(known.email, known.package)): Processor(registration=None)}
    opened = known.answer == "confirmed"
    return free, of_verdict(case, known.email, known.package, is_confirmed=False) if opened else {}


def of_verdict(case: Case[None], email: str, package: str | None, *, is_confirmed: bool) -> Wanted:
    """What this processor's employers wait for: it, confirmed with any package, or it with this one's credentials."""
    kept = (case.documents.get(Processor, gate.of_processor(email, slug)) for slug in packages() if slug != package)
    with_another = any(one is not None and one.confirmed for one in kept)
    return {gate.of_processor(email): is_confirmed or with_another, gate.of_processor(email, package): is_confirmed}


def confirmed_by(email: str, package: str) -> tuple[str, ...]:
    """The Processors any of which lets this one's employer with this package go on, once it is confirmed."""
    offered = packages()
    slugs = [package] if offered[package].processor_secrets else offered
    return tuple(gate.of_processor(email, slug) for slug in slugs)
