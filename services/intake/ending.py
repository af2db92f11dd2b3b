"""Ends a registration: withdrawn, superseded or lapsed. Its connections are free, and the gates it opened shut."""

from typing import Any

from schemas.events import RegistrationEnded
from schemas.ids import RegistrationId, reference
from schemas.values import EndReason
from services.intake import gate, link_request, processor
from services.intake.claims import freed
from services.intake.documents import Intake, applicant_of
from services.intake.employer_request import registering
from services.intake.gate_state import Changes, Wanted, as_wanted, is_open, opened_anew
from services.intake.named_form import NamedForm, read_kept
from services.intake.told_employer import address_of, employer_email, hears_of
from services.intake.waking import changed
from stream.service import Case, Emit


def end(case: Case[None], known: Intake, reason: EndReason, *, successor: RegistrationId | None = None) -> Emit:
    """End the registration, here and wherever its events are on their way.

    A rejected form that nobody corrected was answered when it was rejected: nobody is told that it lapses. Wakes
    `successor` (an id), or without one every registration that waits to supersede it. Its own readiness to supersede
    another no longer counts.
    """
    superseded_by = reference(successor) if successor else None
    whom = applicant_of(known, known.stands or known)
    left, wanted, former = _given_up(case, known)
    said = RegistrationEnded(
        applicant=whom,
        cycle=known.cycle,
        reason=reason,
        superseded_by=superseded_by,
        moving_to=known.moving_to,
        employer_email=employer_told(case, known, successor),
        of_processor=(known.form or {}).get("kind") == "processor_registration",
        instead_of=_whose_place(case, known),
        former_processor=former,
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
        "requests": (),
        "successors": waiting,
        "waits": (),
        "due_at": None,
    }
    after = changed(known, case.subject, since=case.now, **over)
    is_told = known.email is not None and (known.answer, reason) != ("rejected", "lapsed")
    shut = as_wanted(case, wanted | {gate.of_readiness(case.subject): False})
    documents = {Intake.at(case.subject): after, **freed(case, known), **registering(case, known).changes}
    answered = (gate.of_end(one) for one in known.successors if one not in waiting)
    return Emit((said,) if is_told else (), documents | left | shut | opened_anew(*answered))


def _whose_place(case: Case[None], known: Intake) -> str | None:
    """The reference of the registration that it was to supersede, as long as that has not answered it."""
    answer = gate.of_end(case.subject)
    read = read_kept(known, case.subject) if answer in known.waits_for and not is_open(case, answer) else None
    return read.form.supersedes.reference if isinstance(read, NamedForm) and read.form.supersedes else None


def _given_up(case: Case[None], known: Intake) -> tuple[Changes, Wanted, str | None]:
    """The requests or claims that it gives up, the gates that shut, and the processor that need do nothing any more."""
    form = link_request.requested(case, known)
    if form is None:
        return *processor.given_up(case, known), None
    left, wanted = link_request.given_up(case, form)
    return left, wanted, link_request.former_processor(form, left)


def employer_told(case: Case[None], known: Intake, successor: RegistrationId | None = None) -> str | None:
    """The address of the employer that hears that a processor's registration, or a part of it, has ended.

    It is the employer that was told of the registration, unless the mails about its `successor` go to the same address.
    If no employer was told of it, it is the one that asks for it now; but nobody, if it has a `successor`, was rejected
    at once, or only waited for another registration's end.
    """
    whose = known.stands or known
    if whose.employer:
        email = address_of(case, known, whose.employer)
        return None if successor and hears_of(case, known, successor, email) else email
    if successor or known.answer == "rejected" or known.waits_for_an_end:
        return None
    read = read_kept(whose, case.subject)
    return employer_email(case, read) if isinstance(read, NamedForm) else None
