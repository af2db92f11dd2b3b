"""How a registration ends: withdrawn, superseded or lapsed. Its connections are free, and the gates it opened shut."""

from typing import Any

from payroll.address_key import address_key
from schemas.events import CorrectionRefused, FormFault, RegistrationEnded
from schemas.events.correction_refused import LAPSED
from schemas.ids import reference
from schemas.values import Applicant, EndReason
from stream.service import Case, Emit

from . import gate, link_request, processor
from .claims import freed
from .documents import Intake, Standing, main_of
from .employer import employer_email
from .named_form import NamedForm, read_form
from .opening import Documents, Wanted, as_wanted, opened_anew
from .waking import changed

CORRECTION_LAPSED = FormFault(
    field="form",
    code=LAPSED,
    message="Wij hebben te lang moeten wachten op wat nog nodig was. Alles blijft zoals het voor de correctie was.",
)
_STAYS = FormFault(field="form", code=LAPSED, message="Alles blijft zoals het voor de correctie was.")


def end(case: Case[None], known: Intake, reason: EndReason, *, successor: str | None = None) -> Emit:
    """The registration counts no more, here and wherever it is on its way.

    A rejected form that nobody corrected was answered when it was rejected: that it lapses is told to nobody. Its
    `successor` (an id) looks again, and so do all that wait for its place when nobody has taken it; else they do when
    they can go on. Its own readiness to take another's place counts no more.
    """
    superseded_by = reference(successor) if successor else None
    whom = applicant_of(known, known.stands or known)
    said = RegistrationEnded(
        applicant=whom,
        cycle=known.cycle,
        reason=reason,
        superseded_by=superseded_by,
        moving_to=known.email if known.stands and _moves(known, known.stands) else None,
        employer_email=employer_told(case, known, reason),
        of_processor=known.is_of_processor,
    )
    waiting = tuple(one for one in known.successors if successor and one != successor)
    over: dict[str, Any] = {
        "answer": "ended",
        "ended": reason,
        "overdue": False,
        "form": None,
        "stands": None,
        "claims": (),
        "leaving": (),
        "returning": (),
        "successors": waiting,
        "waits": (),
        "due_at": None,
    }
    after = changed(known, case.subject, since=case.now, **over)
    is_told = known.email is not None and (known.answer, reason) != ("rejected", "lapsed")
    left, wanted = _given_up(case, known)
    shut = as_wanted(case, wanted | {gate.of_readiness(case.subject): False})
    documents = {main_of(case): after, **freed(case, known), **left, **shut}
    answered = (gate.of_end(one) for one in known.successors if one not in waiting)
    return Emit((said,) if is_told else (), documents | opened_anew(*answered))


def _given_up(case: Case[None], known: Intake) -> tuple[Documents, Wanted]:
    form = link_request.requested(case, known)
    return link_request.given_up(case, form) if form else processor.given_up(case, known)


def employer_told(case: Case[None], known: Intake, reason: EndReason) -> str | None:
    """Where the employer of a processor's registration hears that it has ended.

    A successor has mails of its own; and of what was rejected, or waited for another's end alone, it has heard nothing.
    """
    unheard = known.answer == "rejected" or known.waits == ("SUPERSEDED_REGISTRATION",)
    if reason == "superseded" or unheard:
        return None
    counts = known.stands or known
    read = read_form(counts.form or {}, case.subject, also=counts.sealed_to)
    return employer_email(case, read) if isinstance(read, NamedForm) else None


def lapse(case: Case[None], known: Intake) -> Emit:
    """What was held for too long.

    A correction lapses alone: what it was to correct goes on to count, and whose that is hears so.
    """
    if known.stands is None:
        return end(case, known, "lapsed")
    return _without_correction(case, known, known.stands, (CORRECTION_LAPSED,))


def correction_fails(case: Case[None], known: Intake, before: Standing, faults: tuple[FormFault, ...]) -> Emit:
    """A correction that was held, and has these faults by now: refused alone, so that what stood goes on to count."""
    return _without_correction(case, known, before, (*faults, _STAYS))


def _without_correction(case: Case[None], known: Intake, before: Standing, faults: tuple[FormFault, ...]) -> Emit:
    """What stood stands again. A code that went to an address of the correction only is old from now on."""
    over: dict[str, Any] = {
        **{name: value for name, value in before if name != "refused"},
        "cycle": known.cycle + 1 if _moves(known, before) else known.cycle,
        "answer": "submitted",
        "since": case.now,
        "waits": (),
        "held_since": None,
        "due_at": None,
        "stands": None,
        "returning": (),
    }
    stays = set(before.claims).difference(before.refused, known.returning)
    left = {key: claim for key, claim in freed(case, known).items() if key.key not in stays}
    after = changed(known, case.subject, **over)
    moving_to = known.email if _moves(known, before) else None
    said = refused(after, known.sealed_to[-1], faults, moving_to=moving_to)
    return Emit(said, {main_of(case): after, **left})


def _moves(known: Intake, before: Standing) -> bool:
    """Whether the correction that is held was to change the address."""
    return known.email is not None and address_key(known.email) != address_key(before.email)


def refused(
    known: Intake, origin: str, faults: tuple[FormFault, ...], *, moving_to: str | None = None
) -> tuple[CorrectionRefused, ...]:
    """What is said of a correction, sent in this submission, that changes nothing; nothing where nobody can hear it.

    `moving_to`: where those were told that it waited to whom it was to move the registration.
    """
    if known.email is None:
        return ()
    applicant = applicant_of(known, known)
    return (
        CorrectionRefused(
            applicant=applicant, cycle=known.cycle, submission=origin, faults=faults, moving_to=moving_to
        ),
    )


def applicant_of(known: Intake, whose: Intake | Standing) -> Applicant:
    """Whom to write to about the registration, at the address of this form of it."""
    return Applicant(
        reference=known.reference, email=whose.email or "", company_name=whose.company_name or "", package=whose.package
    )
