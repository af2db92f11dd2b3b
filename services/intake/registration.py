"""An employer's registration: claimed, held until its gates are open, and submitted."""

from collections.abc import Iterator, Mapping
from typing import Any

from payroll.amsterdam import amsterdam_day
from schemas.events import FormFault, RegistrationHeld, RegistrationSubmitted, Requirement
from schemas.values import Connection, Registration
from stream.document import Document, DocumentKey
from stream.service import Emit

from . import claim_key, gate
from .claims import claims_of, freed, rival, taken
from .documents import Claim, Intake, Processor, Standing
from .employer import employer_email, taken_up
from .named_form import NamedForm
from .opening import as_wanted, is_open
from .still_wanted import still_wanted
from .submission import Submission


def register(submission: Submission, named: NamedForm) -> Emit | tuple[FormFault, ...]:
    """Submit it when its gates are open, otherwise hold it; either way its connections are its own from now on.

    Unless somebody else has one. While a correction is held, what Keylane works on by the earlier form stays claimed as
    well. For one that was ready the one whose place it takes has ended: it is held up no more.
    """
    named = still_wanted(submission, named)
    if faults := taken(submission, named):
        return faults
    shut = {} if waits_for_an_end(submission.known) else _shut(submission, named)
    return _hold(submission, named, shut) if shut else _submit(submission, named)


def waits_for_an_end(known: Intake | None) -> bool:
    """Whether it waits for nothing but the end of the registration whose place it takes."""
    return known is not None and known.waits == ("SUPERSEDED_REGISTRATION",)


def superseding(submission: Submission, named: NamedForm, old: str) -> Emit | tuple[FormFault, ...]:
    """Wait until its gates are open, and then for the end of the registration (its id) whose place it takes.

    Until then that one goes on and has its connections; what this one wants besides is its own at once.
    """
    if faults := taken(submission, named, leaves=old):
        return faults
    shut = _shut(submission, named)
    waits = shut or {"SUPERSEDED_REGISTRATION": ()}
    free = tuple((one, names) for one, names in named.claimed if rival(submission.case, names) is None)
    held_now = _hold(submission, named._replace(claimed=free), waits, answer=gate.of_end(submission.id))
    ready = as_wanted(submission.case, {gate.of_readiness(submission.id): not shut})
    return Emit(held_now.events, {**held_now.documents, **ready}, handed_to=() if submission.known else (old,))


def _shut(submission: Submission, named: NamedForm) -> dict[Requirement, tuple[str, ...]]:
    """What it waits for, and the gates any of which lets it go on."""
    if named.processor is None:
        return {}
    wanted: dict[Requirement, tuple[str, ...]] = {
        "PROCESSOR_CONFIRMATION": (named.processor,),
        "EMPLOYER_REQUEST": named.requests,
    }
    return {
        requirement: gates
        for requirement, gates in wanted.items()
        if not any(is_open(submission.case, key) for key in gates)
    }


def _hold(
    submission: Submission,
    named: NamedForm,
    shut: dict[Requirement, tuple[str, ...]],
    *,
    answer: str | None = None,
) -> Emit:
    """Claim what is `claimed`; `answer` is the gate by which the registration whose place it takes answers it.

    Looked at again, it says so when it waits for something that it did not wait for before.
    """
    known = submission.known
    claims = claims_of(submission, named, {})
    own = [key.key for key in claims]
    returning = tuple(key for key in known.returning if key not in own) if known else ()
    before = known if known and known.answer == "held" and known.cycle == submission.cycle else None
    since = (before and before.held_since) or submission.now
    is_new = before is None or not set(shut) <= set(before.waits)
    is_told = is_new and "SUPERSEDED_REGISTRATION" not in shut
    next_due = min(since + submission.terms.lapse, submission.now + submission.terms.reminder)
    documents = submission.answered(
        "held",
        named.form,
        claims=tuple(dict.fromkeys((*own, *(known.claims if known else ())))),
        waits=tuple(shut),
        held_since=since,
        reminders=before.reminders + is_told if before else 0,
        due_at=before.due_at if before and not is_told else next_due,
        held_by=(*(key for gates in shut.values() for key in gates), *((answer,) if answer else ())),
        stands=_standing(known),
        leaving=known.leaving if known else (),
        returning=returning,
    )
    after = {**documents, **claims, **taken_up(submission.case, named)}
    return Emit((held(submission, named, documents),) if is_told else (), after)


def _standing(known: Intake | None) -> Standing | None:
    if known is None or known.answer != "submitted" or not (known.form and known.email and known.package):
        return known.stands if known is not None and known.answer == "held" else None
    return Standing(
        form=known.form,
        email=known.email,
        company_name=known.company_name or "",
        package=known.package,
        sealed_to=known.sealed_to,
        claims=known.claims,
        refused=known.returning,
    )


def held(submission: Submission, named: NamedForm, documents: Mapping[DocumentKey, Document]) -> RegistrationHeld:
    """What everybody is told of a registration that waits."""
    intake = documents[submission.main]
    if not isinstance(intake, Intake) or intake.held_since is None:
        raise TypeError("a registration that is held says since when")
    form = named.form
    return RegistrationHeld(
        applicant=submission.applicant(form.email, form.company_name, form.package),
        cycle=submission.cycle,
        waits_for=intake.waits,
        number=intake.reminders,
        lapses_on=amsterdam_day(intake.held_since + submission.terms.lapse),
        employer_email=employer_email(submission.case, named),
    )


def _submit(submission: Submission, named: NamedForm) -> Emit:
    before = freed(submission.case, submission.known) if submission.known else {}
    claims = claims_of(submission, named, before)
    leaving = [key for key in _at_keylane(submission.known) if DocumentKey(Claim.kind, key) in before.keys() - claims]
    left = {key: claim for key, claim in before.items() if key.key not in leaving}
    # Still known as left out, should a later correction say nothing of what somebody else has either.
    lost = [key for key in _not_wanted(submission) if DocumentKey(Claim.kind, key) not in before]
    kept = tuple(dict.fromkeys((*(key.key for key in claims), *leaving, *lost)))
    # What is the reviewer's or names another registration is no part of it.
    fields: dict[str, Any] = named.form._asdict() | _processor_credentials(submission, named)
    registration = Registration(reference=submission.reference, **fields)
    answered = submission.answered(
        "submitted", named.form, claims=kept, submitted=submission.cycle, leaving=tuple(leaving)
    )
    employer = employer_email(submission.case, named)
    said = RegistrationSubmitted(registration=registration, cycle=submission.cycle, employer_email=employer)
    return Emit((said,), {**answered, **left, **claims, **taken_up(submission.case, named)})


def _not_wanted(submission: Submission) -> Iterator[str]:
    """What a correction may leave out: what it once had, and what its whole form names."""
    if submission.known is not None:
        yield from submission.known.claims
        yield from (key for names in claim_key.of_typed_form(submission.form, submission.id) for key in names.keys)


def _at_keylane(known: Intake | None) -> tuple[str, ...]:
    """The claims of what was submitted before, on which Keylane may work, but for those that it has refused."""
    stands = known if known is not None and known.answer == "submitted" else known and known.stands
    if known is None or stands is None:
        return ()
    refused = {*known.returning, *(known.stands.refused if known.stands else ())}
    return tuple(key for key in stands.claims if key not in refused)


def _processor_credentials(submission: Submission, named: NamedForm) -> dict[str, Any]:
    processor = named.processor and submission.case.documents.get(Processor, named.processor)
    if not processor:
        return {}
    connections = tuple(
        Connection(connection=one.connection, employer_code=one.employer_code, secrets=processor.secrets)
        for one in named.form.connections
    )
    return {"identifiers": processor.identifiers, "connections": connections}
