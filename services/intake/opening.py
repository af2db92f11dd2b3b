"""What opens gates and shuts them: a.s.r.'s verdict on a processor, an employer's request, and the end of either."""

from collections.abc import Mapping

from payroll.check import check_form
from payroll.form import LinkRequest
from payroll.packages import packages
from stream.document import Document, DocumentKey, Gate
from stream.service import Case

from . import gate
from .documents import Asker, EmployerRequest, Intake, Processor

Documents = dict[DocumentKey, Document]
Wanted = dict[str, bool]
"""For each gate whether it is to be open."""


def of_verdict(case: Case[None], email: str, package: str | None, *, is_confirmed: bool) -> Wanted:
    """What this processor's employers wait for: it, confirmed with any package, or it with this one's credentials."""
    kept = (case.documents.get(Processor, gate.of_processor(email, slug)) for slug in packages() if slug != package)
    with_another = any(one is not None and one.confirmed for one in kept)
    return {gate.of_processor(email): is_confirmed or with_another, gate.of_processor(email, package): is_confirmed}


def confirmed_by(email: str, package: str) -> tuple[str, ...]:
    """The Processors any of which lets this one's employer with this package go on, once it is confirmed."""
    offered = packages()
    slugs = [package] if offered[package].processor_secrets else offered
    return tuple(gate.of_processor(email, slug) for slug in slugs)


def given_up(case: Case[None], known: Intake | None) -> tuple[Documents, Wanted]:
    """What an earlier form opened and held, when it ends or another one takes its place."""
    if known is None or known.email is None:
        return {}, {}
    if known.answer == "requested":
        form = requested(case, known)
        asked = gate.of_request(form) if form else ()
        before = {key: request for key in asked if (request := case.documents.get(EmployerRequest, key)) is not None}
        after = {key: request.without(case.subject) for key, request in before.items()}
        left: Documents = {DocumentKey(EmployerRequest.kind, key): one for key, one in after.items()}
        return left, {key: False for key, one in after.items() if not one.askers}
    if known.is_of_processor:
        free: Documents = {
            DocumentKey(Processor.kind, gate.of_processor(known.email, known.package)): Processor(registration=None)
        }
        opened = known.answer == "confirmed"
        return free, of_verdict(case, known.email, known.package, is_confirmed=False) if opened else {}
    return {}, {}


def requested(case: Case[None], known: Intake | None) -> LinkRequest | None:
    """The link request that this one is by now, if it is one that counts."""
    if known is None or known.answer != "requested":
        return None
    form = check_form(known.form or {}, case.subject, also=known.sealed_to)
    return form if isinstance(form, LinkRequest) else None


def asked_before(case: Case[None], key: str) -> EmployerRequest:
    """Who asks already; a gate that is open although nobody does was opened by the file of clients."""
    request = case.documents.get(EmployerRequest, key) or EmployerRequest(email=None)
    by_file = not request.askers and is_open(case, key)
    return EmployerRequest.by([Asker(submission=None)]) if by_file else request


def is_open(case: Case[None], key: str) -> bool:
    """Whether this gate stands open; one that nobody has written is shut."""
    found = case.documents.get(Gate, key)
    return found is not None and found.open


def opened_anew(*keys: str) -> Documents:
    """These gates, open: whoever waits for one wakes, also where it was open already."""
    return {DocumentKey(Gate.kind, key): Gate(open=True) for key in keys}


def as_wanted(case: Case[None], wanted: Mapping[str, bool]) -> Documents:
    """The gates, open or shut; one that is so already is left alone, since each writing wakes all who wait."""
    return {
        DocumentKey(Gate.kind, key): Gate(open=opens) for key, opens in wanted.items() if is_open(case, key) != opens
    }
