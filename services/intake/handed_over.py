"""Hands corrections, withdrawals and successors over to the earlier registration, which can check the code."""

from payroll.form import RefusedForm
from schemas.events import FormFault, FormReceived
from schemas.events.correction_refused import ENDED
from schemas.values import ABOUT_EARLIER
from services.intake import correction, gate, successor, withdrawal
from services.intake.documents import Intake, Reference
from services.intake.named_form import ReadForm, named_earlier, unnamed
from services.intake.rejection import reject
from services.intake.sentences import HAS_ENDED
from services.intake.submission import Submission, form_fault, unknown_reference
from services.intake.terms import Terms
from stream.service import Case, Emit, HandedOver, Ignore, Outcome, Park

EARLY_ATTEMPTS = 5
"""At a correction that names what nobody has sent, over some 73 s. Lanes may be read far apart, the form's later."""

_ENDED = FormFault(field="reference", code=ENDED, message=HAS_ENDED)


def pass_on(submission: Submission, event: FormReceived, read: ReadForm) -> Emit | Park:
    """Hand a correction or withdrawal over to the registration that it names, and wait a little if that is to come."""
    named = named_earlier(event.form)
    if named is None or event.defects:
        faults = read.faults if isinstance(read, RefusedForm) else ()
        return reject(submission, read, tuple(map(form_fault, faults)))
    holder = submission.case.documents.get(Reference, named.reference)
    if holder is None:
        if submission.case.attempt <= EARLY_ATTEMPTS:
            return Park("REFERENCE_UNKNOWN", retry=True)
        return reject(submission, read, (unknown_reference("reference"),))
    documents = submission.answered("passed_on", unnamed(read), form=None, faults=())
    return Emit(documents=documents, handed_to=(holder.registration,))


def follow_up(case: Case[None], cause: HandedOver, known: Intake | None, terms: Terms) -> Outcome:
    """Let whoever has the code change, withdraw or supersede this registration. A wrong code is only counted.

    A registration that has ended cannot be changed.
    """
    if known is None or not isinstance(cause.event, FormReceived):
        return Ignore("NOT_OURS")
    named = named_earlier(cause.event.form)
    supersedes = cause.event.form.get("kind") not in ABOUT_EARLIER
    if named is None or terms.codes is None or not terms.codes.accepts(named.code, case.subject, known.cycle):
        wrong = Emit(documents={Intake.at(case.subject): known.but(wrong_codes=known.wrong_codes + 1)})
        return successor.answering(wrong, cause, gate.of_wrong_code(cause.origin)) if supersedes else wrong
    if supersedes:
        return successor.superseded(case, known, cause)
    if known.ended:
        return Emit(correction.refused(known, cause.origin, (_ENDED,)))
    if cause.event.form.get("kind") == "withdrawal":
        return withdrawal.withdraw(case, known, cause.event, cause.origin, terms)
    return correction.correct(case, known, cause.event, cause.origin, terms)
