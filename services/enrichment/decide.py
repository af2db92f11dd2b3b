"""Enrich a registration when its policy is known, otherwise wait for it, visibly and with a deadline."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from schemas.events import PolicyAwaited, PolicyEnriched, RegistrationSubmitted
from schemas.flow import ENRICHMENT
from schemas.values import Applicant, Policy, Registration
from stream.document import DocumentKey
from stream.service import Case, Cause, Due, Emit, Ignore, Opened, Outcome, Service

from . import gate
from .documents import Enrichment
from .found import Facts, Found


def service(policies: Callable[[Sequence[Cause]], Awaitable[Facts]], deadline: timedelta) -> Service[Facts]:
    """The service over this source of policies; a policy that is awaited longer than `deadline` is overdue."""
    return Service(ENRICHMENT, Enrichment, decider(deadline), policies)


def decider(deadline: timedelta) -> Callable[[Case[Facts]], Outcome]:
    """The decision under this deadline."""

    def decide(case: Case[Facts]) -> Outcome:
        known = case.documents.get(Enrichment, case.subject)
        match case.cause:
            case RegistrationSubmitted(registration=registration, cycle=cycle):
                if known is not None and cycle <= known.cycle:
                    return Ignore("STALE_CYCLE")
                return _match(case, registration, cycle) or _wait(case, registration, cycle, deadline)
            case Opened(gate=opened):
                return _go_on(case, known, opened)
            case Due():
                return _overdue(case, known)
            case _:
                return Ignore("NOT_OURS")

    return decide


def _match(case: Case[Facts], registration: Registration, cycle: int) -> Emit | None:
    awaited = gate.of_registration(registration)
    found = case.facts.get(awaited) if awaited else None
    return _enrich(case, registration, found.policy, cycle) if found and found.policy else None


def _wait(case: Case[Facts], registration: Registration, cycle: int, deadline: timedelta) -> Emit:
    awaited = gate.of_registration(registration)
    said = PolicyAwaited(
        reference=registration.reference,
        applicant=_applicant(registration),
        cycle=cycle,
        reason="POLICY_NOT_FOUND" if awaited else "NUMBERS_MISSING",
    )
    after = Enrichment(
        reference=registration.reference,
        cycle=cycle,
        since=case.now,
        reason=said.reason,
        waiting=registration,
        due_at=case.now + deadline,
        waits_for=(awaited or gate.of_match(case.subject),),
    )
    return Emit((said,), {_key(case): after})


def _go_on(case: Case[Facts], known: Enrichment | None, opened: str) -> Outcome:
    if known is None or known.waiting is None:
        return Ignore("NOT_WAITING")
    found = case.facts.get(opened)
    if found is None:
        return Ignore(str(known.reason))
    registration = _with_numbers(known.waiting, found)
    if found.policy is not None:
        return _enrich(case, registration, found.policy, known.cycle)
    awaited = gate.of_numbers(found.raamwerkcontractnummer, found.loonheffingennummer)
    still = known.but(waiting=registration, reason="POLICY_NOT_FOUND", waits_for=(awaited,))
    return Emit(documents={_key(case): still})


def _overdue(case: Case[Facts], known: Enrichment | None) -> Outcome:
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    return Emit(documents={_key(case): known.but(due_at=None, overdue=True)})


def _with_numbers(registration: Registration, found: Found) -> Registration:
    return registration.model_copy(
        update={
            "raamwerkcontractnummer": registration.raamwerkcontractnummer or found.raamwerkcontractnummer,
            "loonheffingennummer": registration.loonheffingennummer or found.loonheffingennummer,
        }
    )


def _enrich(case: Case[Facts], registration: Registration, policy: Policy, cycle: int) -> Emit:
    after = Enrichment(reference=registration.reference, cycle=cycle, since=case.now)
    return Emit((PolicyEnriched(registration=registration, policy=policy, cycle=cycle),), {_key(case): after})


def _applicant(registration: Registration) -> Applicant:
    return Applicant(
        reference=registration.reference,
        email=registration.email,
        company_name=registration.company_name,
        package=registration.package,
    )


def _key(case: Case[Facts]) -> DocumentKey:
    return DocumentKey(Enrichment.kind, case.subject)
