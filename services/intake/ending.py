"""How a registration ends: withdrawn, superseded or lapsed. Its connections are free again."""

from typing import Any

from schemas.events import RegistrationEnded
from schemas.values import Applicant, EndReason
from stream.document import Document, DocumentKey
from stream.service import Case, Emit

from .documents import Claim, Intake


def end(case: Case[None], known: Intake, reason: EndReason, *, superseded_by: str | None = None) -> Emit:
    """The registration counts no more, here and wherever it is on its way.

    A rejected form that nobody corrected was answered when it was rejected: that it lapses is told to nobody.
    """
    applicant = Applicant(
        reference=known.reference,
        email=known.email or "",
        company_name=known.company_name or "",
        package=known.package,
    )
    said = RegistrationEnded(applicant=applicant, cycle=known.cycle, reason=reason, superseded_by=superseded_by)
    over: dict[str, Any] = {
        "answer": "ended",
        "ended": reason,
        "form": None,
        "claims": (),
        "waits": (),
        "waits_for": (),
        "due_at": None,
    }
    after = known.but(since=case.now, **over)
    is_told = known.email is not None and (known.answer, reason) != ("rejected", "lapsed")
    return Emit((said,) if is_told else (), {DocumentKey(Intake.kind, case.subject): after, **freed(case, known)})


def freed(case: Case[None], known: Intake) -> dict[DocumentKey, Document]:
    """The connections that it holds, given back."""
    return {DocumentKey(Claim.kind, key): Claim(registration=None) for key in known.claims if is_held(case, key)}


def is_held(case: Case[None], key: str) -> bool:
    """Whether this claim is this registration's."""
    claim = case.documents.get(Claim, key)
    return claim is not None and claim.registration == case.subject
