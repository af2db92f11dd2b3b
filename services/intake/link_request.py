"""A link request: an employer asks for the link, is told so, and reminded until its processor has taken it up."""

from typing import Any, Literal

from payroll.address_key import address_key
from payroll.form import LinkRequest
from schemas.events import LinkRequested
from schemas.values import Applicant
from services.intake import gate
from services.intake.documents import Intake, applicant_of
from services.intake.employer_request import Asker, EmployerRequest, nobody_asks, requests_at
from services.intake.gate_state import Changes, Wanted, as_wanted, is_open
from services.intake.named_form import read_kept
from services.intake.submission import Submission
from services.intake.terms import TAKEN_UP_WITHIN, Terms
from services.intake.waking import woken_by
from stream.service import Case, Emit, Ignore, Outcome


def ask(submission: Submission, form: LinkRequest, *, follows: bool = False) -> Emit:
    """An employer asks for the link: its processor's registration may go on.

    `follows`: it is the same processor as before, at another address; one that has taken it up is told nothing.
    """
    earlier = requested(submission.case, submission.known)
    left, wanted = given_up(submission.case, earlier)
    was_taken_up = follows and earlier is not None and _is_taken_up(submission.case, earlier)
    number = gate.whole_number(form.loonheffingennummer)
    before = _asker(submission.case, earlier) if follows or _is_same(earlier, form) else None
    asker = Asker(
        submission=submission.id,
        email=form.email,
        lhnr=number,
        taken_up=was_taken_up or (before is not None and before.taken_up),
        asked_at=before.asked_at if before else submission.now,
    )
    taken_up = asker.taken_up or _has_come(submission.case, form)
    due_at = None if taken_up else submission.now + submission.terms.reminder
    woken_by = map(gate.of_leaving, gate.of_request(form))
    documents = submission.answered("requested", form, held_by=woken_by, taken_up=taken_up, due_at=due_at) | left
    for key in gate.of_request(form):
        request = EmployerRequest.at(key)
        stays = left.get(request)
        asked = stays if isinstance(stays, EmployerRequest) else _asked_before(submission.case, key)
        documents[request] = asked.with_asker(asker)
    documents |= as_wanted(submission.case, wanted | dict.fromkeys(gate.of_request(form), True))
    told = None if was_taken_up else _to_processor(earlier, form)
    moved_from = submission.moved_from(form.email)
    changes = told == "request" and not follows
    former = former_processor(earlier, left) if changes else None
    known_as = earlier.company_name if earlier and former else None
    leaving = {"moved_from": moved_from, "former_processor": former, "former_company_name": known_as}
    said = _asked(submission.applicant(form), submission.cycle, form, to_processor=told, **leaving)
    return Emit((said,), documents)


def _to_processor(before: LinkRequest | None, form: LinkRequest) -> Literal["request", "change"] | None:
    """What the processor has to be told; the spelling of its own name or of the contract does not matter to it."""
    if before is None or address_key(before.processor_email) != address_key(form.processor_email):
        return "request"
    told = (form.company_name, form.loonheffingennummer)
    return None if (before.company_name, before.loonheffingennummer) == told else "change"


def remind(case: Case[None], known: Intake, terms: Terms) -> Emit:
    """Remind employer and processor, unless a processor has taken up this link request, of which no event tells.

    Reminders end when it is overdue: from then on operators see it, and a registration that comes wakes it. After the
    time in which held registrations lapse, only that or a correction does.
    """
    form = requested(case, known)
    if form is None or _is_taken_up(case, form):
        return _seen(case, known, taken_up=form is not None)
    due_at = None if case.now >= known.since + terms.lapse else case.now + terms.reminder
    if due_at is None or case.now >= known.since + TAKEN_UP_WITHIN:
        return _seen(case, known, overdue=True, due_at=due_at)
    number = known.reminders + 1
    said = _asked(applicant_of(known, known), known.cycle, form, to_processor="request", number=number)
    return Emit((said,), {Intake.at(case.subject): known.but(reminders=number, due_at=due_at)})


def look(case: Case[None], known: Intake, terms: Terms) -> Outcome:
    """A registration has come; or one that had come is gone, and the request waits for another as if made now."""
    form = requested(case, known)
    taken_up = form is not None and _is_taken_up(case, form)
    if form is None or taken_up == known.taken_up:
        return Ignore("NOTHING_NEW")
    if taken_up:
        return _seen(case, known, taken_up=True)
    return _seen(case, known, since=case.now, due_at=case.now + terms.reminder)


def _seen(case: Case[None], known: Intake, **seen: Any) -> Emit:
    """Note what was seen of it; nothing else changes."""
    form = requested(case, known)
    # Requests of older releases do not wait for leaving registrations yet; they do from their next look on.
    gates = map(gate.of_leaving, gate.of_request(form) if form else ())
    wakes = woken_by(case.subject, gates, successors=known.successors, returning=known.returning)
    fields = {"taken_up": False, "overdue": False, "due_at": None, "waits_for": wakes} | seen
    return Emit(documents={Intake.at(case.subject): known.but(**fields)})


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


def _is_taken_up(case: Case[None], form: LinkRequest) -> bool:
    asker = _asker(case, form)
    return _has_come(case, form) or (asker is not None and asker.taken_up)


def _has_come(case: Case[None], form: LinkRequest) -> bool:
    return any(request.has_come(gate.whole_number(form.loonheffingennummer)) for request in _requests(case, form))


def _is_same(before: LinkRequest | None, form: LinkRequest) -> bool:
    """Whether it asks the same processor for the same number: a correction of the rest keeps its place in the order."""
    return before is not None and _asks(before) == _asks(form)


def _asks(form: LinkRequest) -> tuple[str, str]:
    return address_key(form.processor_email), form.loonheffingennummer


def _asker(case: Case[None], form: LinkRequest | None) -> Asker | None:
    """Its present entry among those that ask; None if it does not ask, or is not remembered among very many."""
    return next((asker for one in _requests(case, form) if (asker := one.asker(case.subject))), None)


def _requests(case: Case[None], form: LinkRequest | None) -> list[EmployerRequest]:
    return requests_at(case, gate.of_request(form) if form else ())


def requested(case: Case[None], known: Intake | None) -> LinkRequest | None:
    """The link request in its present form, if it counts."""
    if known is None or known.answer != "requested":
        return None
    form = read_kept(known, case.subject)
    return form if isinstance(form, LinkRequest) else None


def given_up(case: Case[None], form: LinkRequest | None) -> tuple[Changes, Wanted]:
    """What this form asked for and no longer does, and the gates that shut as nobody else asks for them."""
    asked = gate.of_request(form) if form else ()
    before = {key: request for key in asked if (request := case.documents.get(EmployerRequest, key)) is not None}
    after = {key: request.without(case.subject) for key, request in before.items()}
    left: Changes = {EmployerRequest.at(key): one for key, one in after.items()}
    return left, {key: False for key, one in after.items() if not one.is_asked}


def former_processor(form: LinkRequest | None, left: Changes) -> str | None:
    """The address of the processor that hears that this form no longer asks; `left` is what the form gives up.

    None where another request asks the same.
    """
    if form is None:
        return None
    by_number, *_ = gate.of_request(form)
    others = left.get(EmployerRequest.at(by_number))
    number = gate.whole_number(form.loonheffingennummer)
    if isinstance(others, EmployerRequest) and others.may_be_asked(number):
        return None
    return form.processor_email


def _asked_before(case: Case[None], key: str) -> EmployerRequest:
    """Those that ask already.

    If the gate is open although nobody asks, the file of clients has opened it, which then counts as one that asks.
    """
    request = case.documents.get(EmployerRequest, key) or nobody_asks()
    by_file = not request.is_asked and is_open(case, key)
    return request.with_askers([Asker(submission=None)]) if by_file else request
