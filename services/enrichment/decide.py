"""Enrich a registration when its policy and mandate are there, otherwise wait, visibly and with a deadline. Pure."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from payroll.address_key import address_key
from payroll.loonheffingennummer import mask
from schemas.events import PolicyAwaited, PolicyEnriched, RegistrationEnded, RegistrationSubmitted
from schemas.events.policy_awaited import WaitReason
from schemas.flow import ENRICHMENT
from schemas.values import Applicant, Policy, Registration
from services.enrichment import gate
from services.enrichment.documents import Enrichment
from services.enrichment.gate import Facts, Found
from services.enrichment.terms import Terms
from stream.service import Case, Concern, Due, Emit, Ignore, Opened, Outcome, Service

_REMINDED: tuple[WaitReason, ...] = ("MANDATE_MISSING",)
"""What people have to do, and forget."""


class _Asked(NamedTuple):
    """What a cycle wants to have enriched."""

    registration: Registration
    cycle: int
    employer_email: str | None


def service(policies: Callable[[Sequence[Concern]], Awaitable[Facts]], terms: Terms) -> Service[Facts]:
    """The service over this source of policies, under these terms."""

    def decide(case: Case[Facts]) -> Outcome:
        known = case.documents.get(Enrichment, case.subject)
        match case.cause:
            case RegistrationSubmitted() as submitted:
                if known is not None and submitted.cycle <= known.cycle:
                    return Ignore("STALE_CYCLE")
                return _submitted(case, submitted, known, terms)
            case RegistrationEnded() as ended:
                return _ended(case, ended, known)
            case Opened(gate=opened):
                return _go_on(case, known, opened, terms)
            case Due():
                return _due(case, known, terms)
            case _:
                return Ignore("NOT_OURS")

    return Service(ENRICHMENT, Enrichment, decide, policies)


def _submitted(case: Case[Facts], submitted: RegistrationSubmitted, known: Enrichment | None, terms: Terms) -> Emit:
    asked = _Asked(submitted.registration, submitted.cycle, submitted.employer_email)
    there = (_behind(case, name, asked.registration) for name in gate.asked(asked.registration, case.subject))
    return _decided(case, asked, known, next(filter(None, there), None), terms)


def _go_on(case: Case[Facts], known: Enrichment | None, opened: str, terms: Terms) -> Outcome:
    if known is None or known.waiting is None or opened not in known.waits_for:
        return Ignore("NOT_WAITING")
    found = _behind(case, opened, known.waiting)
    reason = _policy_or_reason(known.waiting, found)
    if reason != known.reason:
        return _decided(case, _Asked(known.waiting, known.cycle, known.employer_email), known, found, terms)
    awaited = known.waits_for if found is None else gate.awaited(known.waiting, case.subject, found)
    if awaited == known.waits_for:
        return Ignore(reason)
    return Emit(documents={Enrichment.at(case.subject): known.but(waits_for=awaited)})


def _behind(case: Case[Facts], name: str, registration: Registration) -> Found | None:
    """The policies behind this gate; not a match that was found for other numbers than the form has now."""
    found = case.facts.get(name)
    return None if found is None or found.instead_of not in (None, gate.typed(registration)) else found


def _decided(case: Case[Facts], asked: _Asked, known: Enrichment | None, found: Found | None, terms: Terms) -> Emit:
    registration = asked.registration
    decided = _policy_or_reason(registration, found)
    if isinstance(decided, Policy):
        return _enrich(case, asked._replace(registration=_completed(registration, found)), known, decided)
    after = Enrichment(
        reference=registration.reference,
        cycle=asked.cycle,
        since=case.now,
        reason=decided,
        waiting=registration,
        employer_email=asked.employer_email,
        # Counted on when a mandate is missing once more: a mail with the same number would be the same mail.
        reminders=known.reminders if known and known.cycle == asked.cycle else 0,
        mandate_waits=_mandate_waits(known) + _begins_mandate_wait(known, asked, decided),
        due_at=case.now + (min(terms.deadline, terms.reminder) if decided in _REMINDED else terms.deadline),
        waits_for=gate.awaited(registration, case.subject, found),
    )
    return Emit((_awaited(registration, decided, after, number=0),), {Enrichment.at(case.subject): after})


def _mandate_waits(known: Enrichment | None) -> int:
    return known.mandate_waits if known else 0


def _begins_mandate_wait(known: Enrichment | None, asked: _Asked, reason: WaitReason) -> bool:
    """Whether a mandate is newly missing, or another employer has to give it."""
    if reason != "MANDATE_MISSING":
        return False
    return known is None or (known.reason, _key_of(known.employer_email)) != (reason, _key_of(asked.employer_email))


def _key_of(email: str | None) -> str | None:
    return address_key(email) if email else None


def _awaited(registration: Registration, reason: WaitReason, known: Enrichment, *, number: int) -> PolicyAwaited:
    lhnr = registration.loonheffingennummer
    numbers = {
        "raamwerkcontractnummer": registration.raamwerkcontractnummer,
        "masked_loonheffingennummer": mask(lhnr) if lhnr else None,
    }
    return PolicyAwaited(
        **({} if reason == "MANDATE_MISSING" else numbers),
        reference=registration.reference,
        applicant=_applicant(registration),
        cycle=known.cycle,
        reason=reason,
        employer_email=known.employer_email,
        number=number,
        mandate_wait=known.mandate_waits,
    )


def _completed(registration: Registration, found: Found | None) -> Registration:
    """With the numbers under which its policy was found."""
    numbers = (
        {}
        if found is None
        else {"raamwerkcontractnummer": found.raamwerkcontractnummer, "loonheffingennummer": found.loonheffingennummer}
    )
    return registration.model_copy(update=numbers)


def _policy_or_reason(registration: Registration, found: Found | None) -> Policy | WaitReason:
    """The policy to go on with, or why it has to wait; a processor supplies data only with its employer's mandate."""
    if found is None and gate.of_registration(registration) is None:
        return "NUMBERS_MISSING"
    if found is None or found.policy is None:
        return "POLICY_NOT_FOUND"
    if registration.kind == "employer_registration" and not found.policy.mandate_present:
        return "MANDATE_MISSING"
    return found.policy


def _ended(case: Case[Facts], ended: RegistrationEnded, known: Enrichment | None) -> Outcome:
    if known is not None and ended.cycle < known.cycle:
        return Ignore("STALE_CYCLE")
    after = Enrichment(reference=ended.applicant.reference, cycle=ended.cycle, since=case.now, ended=True)
    return Emit(documents={Enrichment.at(case.subject): after})


def _due(case: Case[Facts], known: Enrichment | None, terms: Terms) -> Outcome:
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    overdue_at = known.since + terms.deadline
    if known.waiting is None or known.reason is None or known.reason not in _REMINDED or case.now >= overdue_at:
        return Emit(documents={Enrichment.at(case.subject): known.but(due_at=None, overdue=True)})
    number = known.reminders + 1
    after = known.but(reminders=number, due_at=min(overdue_at, case.now + terms.reminder))
    return Emit((_awaited(known.waiting, known.reason, after, number=number),), {Enrichment.at(case.subject): after})


def _enrich(case: Case[Facts], asked: _Asked, known: Enrichment | None, policy: Policy) -> Emit:
    after = Enrichment(
        reference=asked.registration.reference,
        cycle=asked.cycle,
        since=case.now,
        mandate_waits=_mandate_waits(known),
    )
    said = PolicyEnriched(
        registration=asked.registration, policy=policy, cycle=asked.cycle, employer_email=asked.employer_email
    )
    return Emit((said,), {Enrichment.at(case.subject): after})


def _applicant(registration: Registration) -> Applicant:
    return Applicant(
        reference=registration.reference,
        email=registration.email,
        company_name=registration.company_name,
        package=registration.package,
    )
