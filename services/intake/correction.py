"""A correction: the whole corrected form is considered in the next cycle; if it fails or lapses, nothing changes.

A held correction leaves the registration as it was, until it can go on.
"""

from collections.abc import Mapping
from typing import Any

from payroll.correction import corrected
from schemas.events import CorrectionRefused, FormFault, FormReceived
from schemas.events.correction_refused import LAPSED
from schemas.ids import RegistrationId
from services.intake.claims import freed, holders
from services.intake.considering import consider
from services.intake.documents import BeforeCorrection, Intake, applicant_of
from services.intake.employer_request import kept_form, registering
from services.intake.named_form import NamedForm, read_form, read_kept
from services.intake.submission import Submission, form_fault, noted
from services.intake.terms import Terms
from services.intake.told_employer import address_of, is_of
from services.intake.waking import changed
from stream.document import Document, DocumentKey
from stream.service import Case, Emit

CORRECTION_LAPSED = FormFault(
    field="form",
    code=LAPSED,
    message="Wij hebben te lang moeten wachten op wat nog nodig was. Alles blijft zoals het voor de correctie was.",
)
_STAYS = FormFault(field="form", code=LAPSED, message="Alles blijft zoals het voor de correctie was.")


def correct(case: Case[None], known: Intake, event: FormReceived, origin: RegistrationId, terms: Terms) -> Emit:
    """Apply the correction that was sent in the submission `origin`."""
    whole, faults = corrected(known.form or {}, event.form)
    if faults:
        return Emit(refused(known, origin, tuple(map(form_fault, faults))))
    submission, considered = reconsidered(case, known, whole, origin, terms)
    if isinstance(considered, Emit):
        return considered
    return Emit(refused(known, origin, considered), _all_but_taken(submission, considered))


def reconsidered(
    case: Case[None], known: Intake, whole: Mapping[str, Any], origin: RegistrationId, terms: Terms
) -> tuple[Submission, Emit | tuple[FormFault, ...]]:
    """The whole corrected form, in the next cycle, and its outcome."""
    submission = Submission(case, terms, whole, known.cycle + 1, (*known.sealed_to, origin), known)
    return submission, consider(submission, read_form(whole, case.subject, also=submission.sealed_to))


def _all_but_taken(submission: Submission, faults: tuple[FormFault, ...]) -> dict[DocumentKey, Document]:
    """What is mended of a rejected form, where the only faults left are connections that somebody has.

    Their owner is told of them now, so the next correction may leave them out, as if the form itself had been told so.
    """
    known = submission.known
    if known is None or known.answer != "rejected" or {one.code for one in faults} != {"ALREADY_REGISTERED"}:
        return {}
    read = read_form(submission.form, submission.id, also=submission.sealed_to)
    told = {"faults": tuple(map(noted, faults)), "holders": holders(submission, read, faults)}
    mended = known.but(form=dict(submission.form), sealed_to=submission.sealed_to, **told)
    return {Intake.at(submission.id): mended}


def fails(case: Case[None], known: Intake, before: BeforeCorrection, faults: tuple[FormFault, ...]) -> Emit:
    """A held correction that now has these faults: only it is refused, and the earlier state counts again."""
    return _without_correction(case, known, before, (*faults, _STAYS))


def lapses(case: Case[None], known: Intake, before: BeforeCorrection) -> Emit:
    """A correction that was held for too long."""
    return _without_correction(case, known, before, (CORRECTION_LAPSED,))


def _without_correction(
    case: Case[None], known: Intake, before: BeforeCorrection, faults: tuple[FormFault, ...]
) -> Emit:
    """The earlier state counts again. A code that went only to the correction's address is old from now on."""
    requests, stands = registering(case, known, *kept_form(case.subject, before))
    over: dict[str, Any] = {
        **{name: value for name, value in before if name != "refused"},
        "cycle": known.cycle + 1 if known.moving_to else known.cycle,
        "answer": "submitted",
        "since": case.now,
        "waits": (),
        "held_since": None,
        "due_at": None,
        "stands": None,
        "returning": (),
        "requests": requests,
    }
    stays = set(before.claims).difference(before.refused, known.returning)
    left = {key: claim for key, claim in freed(case, known).items() if key.key not in stays}
    after = changed(known, case.subject, **over)
    said = refused(
        after, known.sealed_to[-1], faults, moving_to=known.moving_to, employer=_employer_told(case, known, before)
    )
    return Emit(said, {Intake.at(case.subject): after, **left, **stands})


def _employer_told(case: Case[None], known: Intake, before: BeforeCorrection) -> str | None:
    """The address at which the employer was told that the correction waits, unless the earlier state is another's."""
    told, read = known.employer, read_kept(before, case.subject)
    is_same = told is not None and isinstance(read, NamedForm) and is_of(read, told)
    return address_of(case, known, told) if told and is_same else None


def refused(
    known: Intake,
    origin: RegistrationId,
    faults: tuple[FormFault, ...],
    *,
    moving_to: str | None = None,
    employer: str | None = None,
) -> tuple[CorrectionRefused, ...]:
    """The event about a correction, sent in submission `origin`, that changes nothing; none where nobody can hear it.

    `moving_to`: the address to which it was to move the registration, if that was told that the correction waits.
    `employer`: likewise the employer's.
    """
    if known.email is None:
        return ()
    applicant = applicant_of(known, known)
    return (
        CorrectionRefused(
            applicant=applicant,
            cycle=known.cycle,
            submission=origin,
            faults=faults,
            moving_to=moving_to,
            employer_email=employer,
        ),
    )
