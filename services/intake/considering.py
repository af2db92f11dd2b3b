"""The outcome of a whole form, by its kind, or its faults."""

from payroll.form import Correction, LinkRequest, ProcessorRegistration, RefusedForm, Withdrawal
from schemas.events import FormFault
from services.intake import gate, link_request, processor, registration, successor
from services.intake.documents import Reference
from services.intake.gate_state import is_open
from services.intake.named_form import NamedForm, ReadForm
from services.intake.sentences import CODE_WRONG, REFERENCE_TAKEN
from services.intake.submission import Considered, Submission, form_fault, unknown_reference


def consider(submission: Submission, read: ReadForm) -> Considered:
    """The outcome of this form: only its faults if it has any, otherwise what its kind calls for."""
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
            raise TypeError("handed over, never considered")


def _register(submission: Submission, named: NamedForm) -> Considered:
    supersedes = named.form.supersedes
    if supersedes and not successor.has_answer(submission):
        holder = submission.case.documents.get(Reference, supersedes.reference)
        if holder is None:
            return (unknown_reference("supersedes.reference"),)
        return successor.superseding(submission, named, holder.registration)
    if supersedes and is_open(submission.case, gate.of_wrong_code(submission.id)):
        return (FormFault(field="supersedes.code", code="CODE_WRONG", message=CODE_WRONG),)
    return registration.register(submission, named)
