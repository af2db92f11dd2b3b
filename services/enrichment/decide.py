"""Whether the policy is known, and what goes on with it. Pure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from schemas.event import Event
from schemas.events import PolicyAwaited, PolicyEnriched, RegistrationSubmitted
from schemas.flow import ENRICHMENT
from schemas.values import Policy, Registration
from services.enrichment.documents import Enrichment, policy_gate
from stream.document import DocumentKey
from stream.service import Case, Cause, Emit, Ignore, Opened, Outcome, Service

Policies = Mapping[str, Policy]
"""The policies that a batch needs, by the name of their gate."""


def service(policies: Callable[[Sequence[Cause]], Awaitable[Policies]]) -> Service[Policies]:
    """The service over this source of policies."""
    return Service(ENRICHMENT, Enrichment, decide, policies)


def decide(case: Case[Policies]) -> Outcome:
    """Enrich what can be enriched; let the rest wait for its policy."""
    known = case.documents.get(Enrichment, case.subject)
    match case.cause:
        case RegistrationSubmitted(registration=registration, cycle=cycle):
            if known is not None and cycle <= known.cycle:
                return Ignore("STALE_CYCLE")
            return _match(case, registration, cycle) or _wait(case, registration, cycle)
        case Opened():
            if known is None or known.waiting is None:
                return Ignore("NOT_WAITING")
            return _match(case, known.waiting, known.cycle) or Ignore(str(known.reason))
        case _:
            return Ignore("NOT_OURS")


def _match(case: Case[Policies], registration: Registration, cycle: int) -> Emit | None:
    gate = _gate(registration)
    policy = case.facts.get(gate) if gate else None
    if policy is None:
        return None
    after = Enrichment(reference=registration.reference, cycle=cycle, since=case.now)
    return _emit(case, after, PolicyEnriched(registration=registration, policy=policy, cycle=cycle))


def _wait(case: Case[Policies], registration: Registration, cycle: int) -> Emit:
    gate = _gate(registration)
    after = Enrichment(
        reference=registration.reference,
        cycle=cycle,
        since=case.now,
        reason="POLICY_NOT_FOUND" if gate else "NUMBERS_MISSING",
        waiting=registration,
        waits_for=(gate,) if gate else (),
    )
    reason = after.reason or "POLICY_NOT_FOUND"
    return _emit(case, after, PolicyAwaited(reference=registration.reference, reason=reason))


def _gate(registration: Registration) -> str | None:
    contract, number = registration.raamwerkcontractnummer, registration.loonheffingennummer
    return policy_gate(contract, number) if contract and number else None


def _emit(case: Case[Policies], after: Enrichment, event: Event) -> Emit:
    return Emit((event,), {DocumentKey(Enrichment.kind, case.subject): after})
