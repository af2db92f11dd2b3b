"""A form that is rejected: everything that has to be corrected, and whether it can be."""

from collections.abc import Collection, Iterable
from typing import Any

from payroll.amsterdam import amsterdam_day
from payroll.form import ProcessorRegistration
from schemas.events import EarlierRegistration, FormFault, RegistrationRejected
from schemas.values import ABOUT_EARLIER
from services.intake import claims, processor
from services.intake.employer_request import registering
from services.intake.named_form import NamedForm, ReadForm, unnamed
from services.intake.submission import Submission, noted
from services.intake.successor import has_answer
from services.intake.told_employer import address_of
from stream.service import Emit


def reject(submission: Submission, read: ReadForm, faults: tuple[FormFault, ...]) -> Emit:
    """Name all its faults; the connections that it had until now are free."""
    form = unnamed(read)
    # A field with a fault has no known value, even if it has two valid ones; one that is registered already has.
    faulty = {fault.field for fault in faults if fault.code != "ALREADY_REGISTERED"}
    said: dict[str, Any] = {
        name: None if name in faulty else getattr(form, name, None) for name in ("email", "company_name", "package")
    }
    correctable = submission.may_have_reference and _is_correctable(submission, faulty)
    case, known = submission.case, submission.known
    # An employer that was told that it waits is told of this too, and does not wait for ever.
    employer = known.employer if known else None
    lapses_at = submission.now + submission.terms.lapse if correctable else None
    rejected = RegistrationRejected(
        reference=submission.reference,
        faults=faults,
        cycle=submission.cycle,
        correctable=correctable,
        correctable_until=amsterdam_day(lapses_at) if lapses_at else None,
        earlier=tuple(one for one in _earlier(submission, read) if one.field in {fault.field for fault in faults}),
        employer_email=address_of(case, known, employer) if known and employer else None,
        **said,
    )
    kept = {"due_at": lapses_at} if lapses_at else {"form": None}
    remembered = said | kept | {"holders": claims.holders(submission, read, faults)}
    documents = submission.answered(
        "rejected", form, faults=tuple(map(noted, faults)), warnings=(), employer=employer, **remembered
    )
    left = {**claims.freed(case, known), **registering(case, known).changes} if known else {}
    return Emit((rejected,), documents | left)


def _earlier(submission: Submission, read: ReadForm) -> Iterable[EarlierRegistration]:
    """What the same address has registered before, by which the form was rejected."""
    match read:
        case NamedForm():
            return claims.of_same_address(submission, read)
        case ProcessorRegistration():
            return processor.of_same_address(submission, read)
        case _:
            return ()


def _is_correctable(submission: Submission, faulty: Collection[str]) -> bool:
    """Whether it can be corrected: not if it is a correction itself, nor if its kind or package is wrong.

    A form that was to supersede a registration needs that one's code, which only a new form can have.
    """
    form = submission.form
    if form.get("supersedes") and (not has_answer(submission) or "supersedes.code" in faulty):
        return False
    return not {"kind", "package"} & set(faulty) and form.get("kind") not in (None, *ABOUT_EARLIER)
