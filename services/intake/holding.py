"""Holds a registration: for what, since when, and what everybody is told of it."""

from collections.abc import Mapping

from payroll.amsterdam import amsterdam_day
from schemas.events import RegistrationHeld, Requirement
from services.intake.claims import claims_of
from services.intake.documents import BeforeCorrection, Intake
from services.intake.employer_request import kept_form, registering
from services.intake.gate_state import is_open
from services.intake.named_form import NamedForm
from services.intake.submission import Submission
from services.intake.told_employer import asker_of, employer_email, left_employer, told_of_wait
from stream.document import Document, DocumentKey
from stream.service import Emit


def shut_gates(submission: Submission, named: NamedForm) -> dict[Requirement, tuple[str, ...]]:
    """What it waits for, and the gates any of which lets it go on."""
    if named.processor is None:
        return {}
    shut: dict[Requirement, tuple[str, ...]] = {}
    if not is_open(submission.case, named.processor):
        shut["PROCESSOR_CONFIRMATION"] = (named.processor,)
    if not any(is_open(submission.case, key) for key in named.requests):
        shut["EMPLOYER_REQUEST"] = named.requests
    return shut


def hold(
    submission: Submission,
    named: NamedForm,
    shut: dict[Requirement, tuple[str, ...]],
    *,
    answer: str | None = None,
) -> Emit:
    """Hold it for the gates that are `shut`, and claim its connections.

    `answer` is the gate by which the registration that it supersedes answers. If it was held before, people are told
    only if it waits for something new.
    """
    known = submission.known
    stands = _before_correction(known)
    claims = claims_of(submission, named, {}, held=stands is None and "SUPERSEDED_REGISTRATION" not in shut)
    own = [key.key for key in claims]
    returning = tuple(key for key in known.returning if key not in own) if known else ()
    before = known if known and known.cycle == submission.cycle else None
    since = (before and before.held_since) or submission.now
    is_new = before is None or not set(shut) <= set(before.waits)
    is_told = is_new and "SUPERSEDED_REGISTRATION" not in shut
    requests, came = registering(submission.case, known, named, *kept_form(submission.id, stands))
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
        stands=stands,
        leaving=known.leaving if known else (),
        returning=returning,
        requests=requests,
        employer=told_of_wait(asker_of(submission.case, named), known, named) if is_told else known and known.employer,
    )
    after = {**documents, **claims, **came}
    return Emit((held_event(submission, named, documents, is_reminder=False),) if is_told else (), after)


def _before_correction(known: Intake | None) -> BeforeCorrection | None:
    if known is None or known.answer != "submitted" or not (known.form and known.email and known.package):
        return known.stands if known else None
    return BeforeCorrection(
        form=known.form,
        email=known.email,
        company_name=known.company_name or "",
        package=known.package,
        sealed_to=known.sealed_to,
        claims=known.claims,
        refused=known.returning,
        employer=known.employer,
    )


def held_event(
    submission: Submission, named: NamedForm, documents: Mapping[DocumentKey, Document], *, is_reminder: bool
) -> RegistrationHeld:
    """What everybody is told of a registration that waits."""
    intake = documents[Intake.at(submission.id)]
    if not isinstance(intake, Intake) or intake.held_since is None:
        raise TypeError("a registration that is held says since when")
    form = named.form
    return RegistrationHeld(
        applicant=submission.applicant(form),
        cycle=submission.cycle,
        waits_for=intake.waits,
        number=intake.reminders,
        lapses_on=amsterdam_day(intake.held_since + submission.terms.lapse),
        employer_email=employer_email(submission.case, named),
        is_reminder=is_reminder,
        corrects=intake.stands is not None,
        moved_from=submission.turned_from(form.email) if intake.stands else submission.moved_from(form.email),
        left=None if intake.stands else left_employer(submission.case, submission.known, named),
    )
