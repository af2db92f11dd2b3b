"""A successor: what it waits for, and the answer of the registration that it supersedes.

The form names the old one and its code. The old one goes on until its successor is ready, and then ends.
"""

from schemas.ids import RegistrationId
from services.intake import gate
from services.intake.claim_key import Names
from services.intake.claims import in_the_way, taken
from services.intake.documents import SUCCESSORS_MAX, Intake
from services.intake.ending import end
from services.intake.gate_state import as_wanted, is_open, opened_anew
from services.intake.holding import hold, shut_gates
from services.intake.named_form import NamedForm
from services.intake.submission import Considered, Submission
from services.intake.waking import changed
from stream.service import Case, Emit, HandedOver, Ignore, Outcome


def superseding(submission: Submission, named: NamedForm, old: RegistrationId) -> Considered:
    """Wait until its gates are open, and then for the end of the registration that it supersedes.

    Until then that one goes on and keeps its connections; any other connections of this one are its own at once.
    """
    if faults := taken(submission, named, leaves=old):
        return faults
    shut = shut_gates(submission, named)
    waits = shut or {"SUPERSEDED_REGISTRATION": ()}
    free = tuple((one, names) for one, names in named.claimed if not _has(submission.case, old, named, names))
    held_now = hold(submission, named._replace(claimed=free), waits, answer=gate.of_end(submission.id))
    ready = as_wanted(submission.case, {gate.of_readiness(submission.id): not shut})
    return Emit(held_now.events, {**held_now.documents, **ready}, handed_to=() if submission.known else (old,))


def _has(case: Case[None], old: RegistrationId, named: NamedForm, names: Names) -> bool:
    """Whether the old one has this connection; also while that is held, as it may go on first, or the code be wrong."""
    holder = in_the_way(case, named._replace(processor=None), names)
    return holder is not None and holder.registration == old


def has_answer(submission: Submission) -> bool:
    """Whether the registration that it supersedes has answered: it has ended, or the code was wrong."""
    return is_open(submission.case, gate.of_end(submission.id))


def superseded(case: Case[None], known: Intake, cause: HandedOver) -> Emit:
    """It ends when its successor can go on: at once, or when that says so."""
    ready = gate.of_readiness(cause.origin)
    if not is_open(case, ready) and known.ended in (None, "superseded"):
        return _followed(case, known, cause.origin)
    if known.ended:
        return answering(Emit(), cause)
    return answering(end(case, known, "superseded", successor=cause.origin), cause)


def _followed(case: Case[None], known: Intake, successor: RegistrationId) -> Emit:
    """It has one more successor; if there are very many, the oldest is answered as if its code had been used."""
    successors = (*known.successors, successor)
    left, kept = successors[:-SUCCESSORS_MAX], successors[-SUCCESSORS_MAX:]
    told = [key for one in left for key in (gate.of_end(one), gate.of_wrong_code(one))]
    return Emit(
        documents={Intake.at(case.subject): changed(known, case.subject, successors=kept), **opened_anew(*told)}
    )


def succeeded(case: Case[None], known: Intake, successor: RegistrationId) -> Outcome:
    """The successor of this registration can go on, unless it has changed its mind."""
    if not is_open(case, gate.of_readiness(successor)):
        return Ignore("NOT_READY")
    if not known.ended:
        return end(case, known, "superseded", successor=successor)
    rest = tuple(one for one in known.successors if one != successor)
    after = changed(known, case.subject, successors=rest)
    return Emit(documents={Intake.at(case.subject): after, **opened_anew(gate.of_end(successor))})


def answering(outcome: Emit, cause: HandedOver, *also: str) -> Emit:
    """With the answer to the registration that asked: it looks again at what is free, or learns what was wrong."""
    return Emit(outcome.events, {**outcome.documents, **opened_anew(gate.of_end(cause.origin), *also)})
