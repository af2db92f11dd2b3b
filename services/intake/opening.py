"""What opens gates and shuts them: a.s.r.'s verdict on a processor, an employer's request, and the end of either."""

from collections.abc import Mapping

from payroll.check import check_form
from payroll.form import LinkRequest
from payroll.packages import packages
from stream.document import Document, DocumentKey, Gate
from stream.service import Case

from . import gate
from .documents import EmployerRequest, Intake, Processor

Documents = dict[DocumentKey, Document]
Wanted = dict[str, bool]
"""For each gate whether it is to be open."""


def of_verdict(case: Case[None], email: str, package: str | None, *, is_confirmed: bool) -> Wanted:
    """What this processor's employers wait for: it, confirmed with any package, or it with this one's credentials."""
    kept = (case.documents.get(Processor, gate.of_processor(email, slug)) for slug in packages() if slug != package)
    with_another = any(one is not None and one.confirmed for one in kept)
    return {gate.of_processor(email): is_confirmed or with_another, gate.of_processor(email, package): is_confirmed}


def given_up(case: Case[None], known: Intake | None) -> tuple[Documents, Wanted]:
    """What an earlier form opened and held, when it ends or another one takes its place."""
    if known is None or known.email is None:
        return {}, {}
    if known.answer == "requested":
        form = check_form(known.form or {}, case.subject, also=known.sealed_to)
        asked = gate.of_request(form) if isinstance(form, LinkRequest) else ()
        own = [key for key in asked if _is_last_asked_by(case, key)]
        unasked: Documents = {DocumentKey(EmployerRequest.kind, key): EmployerRequest(email=None) for key in own}
        return unasked, dict.fromkeys(own, False)
    if known.answer in ("applied", "confirmed", "declined"):
        free: Documents = {
            DocumentKey(Processor.kind, gate.of_processor(known.email, known.package)): Processor(registration=None)
        }
        opened = known.answer == "confirmed"
        return free, of_verdict(case, known.email, known.package, is_confirmed=False) if opened else {}
    return {}, {}


def _is_last_asked_by(case: Case[None], key: str) -> bool:
    request = case.documents.get(EmployerRequest, key)
    return request is not None and request.submission == case.subject


def as_wanted(case: Case[None], wanted: Mapping[str, bool]) -> Documents:
    """The gates, open or shut; one that is so already is left alone, since each writing wakes all who wait."""
    opened = {key for key in wanted if (found := case.documents.get(Gate, key)) is not None and found.open}
    return {
        DocumentKey(Gate.kind, key): Gate(open=is_open) for key, is_open in wanted.items() if (key in opened) != is_open
    }
