"""What others' forms mean for this registration: corrections, withdrawals, and being superseded."""

from collections.abc import Callable
from typing import Any

from payroll.check import check_form
from payroll.correction import corrected, without_connections
from payroll.form import RefusedForm, Withdrawal
from schemas.events import FormFault, FormReceived
from stream.document import Document, DocumentKey
from stream.service import Case, Emit, HandedOver, Ignore, Outcome

from . import gate
from .documents import SUCCESSORS_MAX, Intake
from .ending import end, main_of, refused
from .named_form import NamedForm, read_form
from .opening import is_open, opened_anew
from .sentences import HAS_ENDED
from .submission import Submission, form_fault
from .terms import Terms
from .touched import named_earlier
from .waking import changed
from .withdrawal import take_out, unknown_connections

Consider = Callable[[Submission], Emit | tuple[FormFault, ...]]

ENDED = FormFault(field="reference", code="ENDED", message=HAS_ENDED)


def follow_up(case: Case[None], cause: HandedOver, terms: Terms, consider: Consider) -> Outcome:
    """Let whoever has the code change, withdraw or supersede this registration. A wrong code is counted, no more."""
    known = case.documents.get(Intake, case.subject)
    if known is None or not isinstance(cause.event, FormReceived):
        return Ignore("NOT_OURS")
    named = named_earlier(cause.event.form)
    supersedes = cause.event.form.get("kind") not in ("correction", "withdrawal")
    if named is None or terms.codes is None or not terms.codes.accepts(named.code, case.subject, known.cycle):
        wrong = Emit(documents={main_of(case): known.but(wrong_codes=known.wrong_codes + 1)})
        return _telling(wrong, cause, gate.of_wrong_code(cause.origin)) if supersedes else wrong
    if supersedes:
        return _superseded(case, known, cause)
    if cause.event.form.get("kind") == "withdrawal":
        return _withdraw(case, known, cause.event, cause.origin, (terms, consider))
    return _correct(case, known, cause.event, cause.origin, (terms, consider))


def _superseded(case: Case[None], known: Intake, cause: HandedOver) -> Emit:
    """It ends when the one that takes its place can go on: at once, or when that one says so."""
    ready = gate.of_readiness(cause.origin)
    if not is_open(case, ready) and known.ended in (None, "superseded"):
        return _followed(case, known, cause.origin)
    if known.ended:
        return _telling(Emit(), cause)
    return _telling(end(case, known, "superseded", successor=cause.origin), cause)


def _followed(case: Case[None], known: Intake, successor: str) -> Emit:
    """One more (its id) is to take its place; of very many the oldest is answered as if its code had been used."""
    successors = (*known.successors, successor)
    left, kept = successors[:-SUCCESSORS_MAX], successors[-SUCCESSORS_MAX:]
    told = [key for one in left for key in (gate.of_end(one), gate.of_wrong_code(one))]
    return Emit(documents={main_of(case): changed(known, case.subject, successors=kept), **opened_anew(*told)})


def succeeded(case: Case[None], known: Intake, successor: str) -> Outcome:
    """The registration (its id) that takes the place of this one can go on, unless it has thought better of it."""
    if not is_open(case, gate.of_readiness(successor)):
        return Ignore("NOT_READY")
    if not known.ended:
        return end(case, known, "superseded", successor=successor)
    rest = tuple(one for one in known.successors if one != successor)
    after = changed(known, case.subject, successors=rest)
    return Emit(documents={main_of(case): after, **opened_anew(gate.of_end(successor))})


def _telling(outcome: Emit, cause: HandedOver, *also: str) -> Emit:
    """The registration that asked looks again: at what is free now, or at what was wrong."""
    return Emit(outcome.events, {**outcome.documents, **opened_anew(gate.of_end(cause.origin), *also)})


def _withdraw(case: Case[None], known: Intake, event: FormReceived, origin: str, by: tuple[Terms, Consider]) -> Outcome:
    """All of it, or the connections that it names; nothing where it says what nobody can mean.

    Such as a number under a misspelt name: what is left of that would end the whole.
    """
    if known.ended:
        return Ignore("ALREADY_ENDED")
    withdrawal = check_form(event.form, origin)
    if isinstance(withdrawal, RefusedForm):
        return Emit(refused(known, origin, tuple(map(form_fault, withdrawal.faults))))
    numbers = withdrawal.connections if isinstance(withdrawal, Withdrawal) else ()
    if not numbers:
        return end(case, known, "withdrawn")
    if faults := unknown_connections(numbers, known.form or {}):
        return Emit(refused(known, origin, faults))
    read = read_form(known.form, case.subject, also=known.sealed_to)
    if known.answer != "rejected" and isinstance(read, NamedForm):
        return take_out(case, known, read, numbers)
    return _without(case, known, numbers, origin, by)


def _without(
    case: Case[None], known: Intake, numbers: tuple[int, ...], origin: str, by: tuple[Terms, Consider]
) -> Emit:
    """A rejected form without these connections; where the rest cannot go on either, nothing changes, as it is told."""
    whole = without_connections(known.form or {}, numbers)
    if all(one is None for one in whole["connections"]):
        return end(case, known, "withdrawn")
    _, considered = _reconsidered(case, known, whole, origin, by)
    return considered if isinstance(considered, Emit) else Emit(refused(known, origin, considered))


def _correct(case: Case[None], known: Intake, event: FormReceived, origin: str, by: tuple[Terms, Consider]) -> Emit:
    if known.ended:
        return Emit(refused(known, origin, (ENDED,)))
    whole, faults = corrected(known.form or {}, event.form)
    if faults:
        return Emit(refused(known, origin, tuple(map(form_fault, faults))))
    submission, considered = _reconsidered(case, known, whole, origin, by)
    if isinstance(considered, Emit):
        return considered
    return Emit(refused(known, origin, considered), _all_but_taken(submission, considered))


def _reconsidered(
    case: Case[None], known: Intake, whole: dict[str, Any], origin: str, by: tuple[Terms, Consider]
) -> tuple[Submission, Emit | tuple[FormFault, ...]]:
    """The whole form as it is now, in the next cycle, and what it leads to."""
    terms, consider = by
    submission = Submission(case, terms, whole, known.cycle + 1, (*known.sealed_to, origin), known)
    return submission, consider(submission)


def _all_but_taken(submission: Submission, faults: tuple[FormFault, ...]) -> dict[DocumentKey, Document]:
    """Of a rejected form that is mended but for connections that somebody has, what is mended.

    Their owner is told of them now, so the next correction may leave them out, as if the form itself had been told so.
    """
    known = submission.known
    if known is None or known.answer != "rejected" or {one.code for one in faults} != {"ALREADY_REGISTERED"}:
        return {}
    told = tuple(f"{one.field} {one.code}" for one in faults)
    mended = known.but(form=dict(submission.form), sealed_to=submission.sealed_to, faults=told)
    return {submission.main: mended}
