"""A held registration: it goes on once its gates are open; meanwhile people are reminded, and in the end it lapses."""

from collections.abc import Mapping

from schemas.events import Requirement
from schemas.ids import RegistrationId
from services.intake import correction, gate
from services.intake.claims import in_the_way
from services.intake.considering import consider
from services.intake.documents import Intake
from services.intake.ending import end
from services.intake.holding import held_event, shut_gates
from services.intake.named_form import NamedForm, ReadForm, read_kept
from services.intake.rejection import reject
from services.intake.submission import Submission
from services.intake.terms import Terms
from services.intake.told_employer import asker_of, told_of_wait
from services.intake.waking import woken_by
from stream.service import Case, Emit, Ignore, Outcome


def go_on(case: Case[None], known: Intake, terms: Terms) -> Outcome:
    """A gate is open: consider again everything that it waits for."""
    if known.answer != "held" or known.form is None:
        return Ignore("NOT_WAITING")
    submission = Submission.of_kept(case, terms, known)
    read = read_kept(known, case.subject)
    considered = consider(submission, read)
    if isinstance(considered, Emit):
        return considered
    if known.stands is not None:
        return correction.fails(case, known, known.stands, considered)
    return reject(submission, read, considered)


def remind(case: Case[None], known: Intake, terms: Terms) -> Outcome:
    """Say again what it waits for by now, or let it lapse: a gate that shuts wakes nobody.

    A correction lapses alone: what it was to correct goes on to count, and whose that is hears so.
    """
    if known.held_since is None or known.form is None or case.now >= known.held_since + terms.lapse:
        return correction.lapses(case, known, known.stands) if known.stands else end(case, known, "lapsed")
    if known.waits_for_an_end:
        # It may not go on before the registration that it supersedes has answered: both would count.
        return Emit(documents={Intake.at(case.subject): known.but(due_at=case.now + terms.reminder)})
    read = read_kept(known, case.subject)
    submission = Submission.of_kept(case, terms, known)
    if not isinstance(read, NamedForm) or not (shut := shut_gates(submission, read)) or gave_way_to(case, known, read):
        return go_on(case, known, terms)
    due_at = min(known.held_since + terms.lapse, case.now + terms.reminder)
    told = told_of_wait(asker_of(case, read), known, read)
    after = known.but(
        waits=tuple(shut),
        waits_for=_woken_by(case, known, shut),
        reminders=known.reminders + 1,
        due_at=due_at,
        employer=told,
    )
    documents = {Intake.at(submission.id): after}
    # An employer that has asked only now, or in place of another one, hears of it for the first time.
    is_heard = told is None or (known.employer is not None and known.employer.request == told.request)
    is_reminder = is_heard and set(shut) <= set(known.waits)
    return Emit((held_event(submission, read, documents, is_reminder=is_reminder),), documents)


def gave_way_to(case: Case[None], known: Intake, read: ReadForm) -> tuple[RegistrationId, ...]:
    """The registrations that were let in and have all connections that it could register; none where it can have one.

    What it waits for may then never come.
    """
    if known.stands is not None or not isinstance(read, NamedForm) or read.form.supersedes is not None:
        return ()
    others = [in_the_way(case, read, names) for _, names in read.claimed]
    return tuple(other.registration for other in others if other) if all(others) else ()


def _woken_by(case: Case[None], known: Intake, shut: Mapping[Requirement, tuple[str, ...]]) -> tuple[str, ...]:
    answer = gate.of_end(case.subject)
    gates = (*(key for keys in shut.values() for key in keys), *((answer,) if answer in known.waits_for else ()))
    return woken_by(case.subject, gates, successors=known.successors, returning=known.returning)
