"""What we ask of Keylane, and what follows from each of its reports. Pure; `states.py` has the transitions."""

from collections.abc import Iterable
from datetime import datetime

from payroll.finding import passed_on
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    CycleRequested,
    PolicyEnriched,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationEnded,
)
from schemas.flow import PROVISIONING
from schemas.values import Applicant
from services.provisioning.documents import Contradiction, Link, LinkStage, Provisioning, Withdrawn
from services.provisioning.events import event_of
from services.provisioning.realisation import realisation
from services.provisioning.report import is_plausible, takes_back, trigger_of
from services.provisioning.request import addressee, fingerprint, requested
from services.provisioning.states import REQUESTS, STAYS, Note, Transition, Trigger, transition
from services.provisioning.terms import Terms
from stream.service import Case, Due, Emit, Ignore, Outcome, Park, Service, no_facts

NOTHING_REQUESTED = Park("NOTHING_REQUESTED", retry=True, blocks=False)

_WITH_FINDINGS = (LinkStage.ACTION_NEEDED, LinkStage.REFUSED)

_Turn = tuple[Transition, Link]
"""A transition, and the connection as it stands after it."""


def service(terms: Terms) -> Service[None]:
    """The service under these terms."""

    def decide(case: Case[None]) -> Outcome:
        known = case.documents.get(Provisioning, case.subject)
        match case.cause:
            case PolicyEnriched() as enriched:
                return _enriched(case, enriched, known, terms)
            case ConnectionsWithdrawn() as withdrawn:
                return _withdrawn(case, withdrawn, known)
            case RegistrationEnded() as ended:
                return _ended(case, ended, known)
            case ProvisioningReported() as report:
                return _reported(case, report, known, terms)
            case Due():
                return _due(case, known, terms)
            case _:
                return Ignore("NOT_OURS")

    return Service(PROVISIONING, Provisioning, decide, no_facts)


def _enriched(case: Case[None], enriched: PolicyEnriched, known: Provisioning | None, terms: Terms) -> Outcome:
    if known is not None and enriched.cycle <= known.cycle:
        return Ignore("STALE_CYCLE")
    registration = enriched.registration
    provisioning = Provisioning(
        reference=registration.reference,
        package=registration.package,
        company_name=registration.company_name,
        email=registration.email,
        processor_name=registration.processor_name,
        employer_email=enriched.employer_email,
        raamwerkcontractnummer=registration.raamwerkcontractnummer,
        loonheffingennummer=registration.loonheffingennummer,
        cycle=enriched.cycle,
        withdrawn=known.withdrawn if known is not None else (),
        links=known.links if known is not None else (),
    )
    is_same_employer = known is None or known.loonheffingennummer in (None, registration.loonheffingennummer)
    asked: list[tuple[ProvisioningRequested, Link]] = []
    stays: list[Link] = []
    for connection in registration.connections:
        if provisioning.is_withdrawn(connection.connection, enriched.cycle):
            continue
        request = requested(enriched, connection, provisioning.contact(connection))
        before = provisioning.link(connection.connection)
        link = _asked(case, request, before if is_same_employer else None, terms)
        if before is None or transition(before.stage, _trigger_of_cycle(before, link)) is REQUESTS:
            asked.append((request, link))
        else:
            stays.append(before.but(wanted=enriched.cycle))
    events: list[Event] = [request for request, _ in asked]
    if enriched.cycle > 1:
        events.append(CycleRequested(reference=registration.reference, cycle=enriched.cycle))
    return _changed(case, provisioning.with_links((*stays, *(link for _, link in asked))), events)


def _trigger_of_cycle(before: Link, asked: Link) -> Trigger:
    """The trigger of a newly requested cycle.

    After a contradiction Keylane is asked anew, even for the same: nobody knows what it has.
    """
    if before.asked != asked.asked or before.contradiction is not None:
        return Trigger.CORRECTED
    if before.rights is not None and set(before.rights) != set(asked.rights or ()):
        return Trigger.CORRECTED
    is_same = before.addressee in (None, asked.addressee)
    return Trigger.RESUBMITTED if is_same else Trigger.READDRESSED


def _asked(case: Case[None], request: ProvisioningRequested, before: Link | None, terms: Terms) -> Link:
    asked = Link(
        connection=request.contact.connection,
        employer_code=request.contact.employer_code,
        since=case.now,
        requested_at=_enriched_at(case),
        cycle=request.cycle,
        asked=fingerprint(request),
        addressee=addressee(request),
        rights=tuple(one.right for one in request.authorisations),
        frequency=request.frequency,
        due_at=case.now + terms.keylane_deadline,
    )
    if before is None or (before.employer_code, before.frequency) != (asked.employer_code, asked.frequency):
        return asked
    return asked.but(realised_on=before.realised_on, first_exchange=before.first_exchange)


def _enriched_at(case: Case[None]) -> datetime:
    """When PolicyEnriched was said, and Keylane reported nothing before that.

    It is not `now`, which is days later where databases came back older and all is read again.
    """
    return min(case.now, case.envelope.time) if case.envelope else case.now


def _ended(case: Case[None], ended: RegistrationEnded, known: Provisioning | None) -> Outcome:
    applicant = ended.applicant
    if applicant.package is None:
        return Ignore("NO_CONNECTIONS")
    if known is not None and ended.cycle < known.cycle:
        return Ignore("STALE_CYCLE")
    before = known or _unrequested(applicant, applicant.package, ended.cycle)
    turns = _called_off(case, before.links)
    # The numbers are not needed any more: from now on it is only said that its connections are called off.
    numbers = {"raamwerkcontractnummer": None, "loonheffingennummer": None}
    return _turned(case, before.but(cycle=ended.cycle, ended=ended.reason, **numbers), turns)


def _withdrawn(case: Case[None], withdrawn: ConnectionsWithdrawn, known: Provisioning | None) -> Outcome:
    """Cancel these, and remember that: an earlier PolicyEnriched may still be on its way."""
    applicant, cycle = withdrawn.applicant, withdrawn.cycle
    if applicant.package is None:
        return Ignore("NO_CONNECTIONS")
    before = known or _unrequested(applicant, applicant.package, cycle=0)
    numbers = tuple(Withdrawn(connection=one.connection, cycle=cycle) for one in withdrawn.connections)
    after = before.but(withdrawn=tuple(dict.fromkeys((*before.withdrawn, *numbers))))
    return _turned(case, after, _called_off(case, filter(after.is_called_off, after.links)))


def _unrequested(applicant: Applicant, package: str, cycle: int) -> Provisioning:
    return Provisioning(
        reference=applicant.reference,
        package=package,
        company_name=applicant.company_name,
        email=applicant.email,
        cycle=cycle,
    )


def _called_off(case: Case[None], links: Iterable[Link]) -> list[_Turn]:
    """The links called off; what was asked of the customer and the first exchange are cleared, should one come back."""
    over = {"due_at": None, "overdue": False, "findings": (), "realised_on": None, "first_exchange": None}
    return [
        (turn, link.but(stage=turn.to, since=case.now, **over))
        for link in links
        if (turn := transition(link.stage, Trigger.CANCELLED)) is not STAYS
    ]


def _reported(case: Case[None], report: ProvisioningReported, known: Provisioning | None, terms: Terms) -> Outcome:
    link = known.link(report.connection) if known is not None else None
    if known is None or link is None:
        return NOTHING_REQUESTED
    trigger = trigger_of(report, link)
    turn = transition(link.stage, trigger)
    if turn.note is Note.PARKED:
        return NOTHING_REQUESTED
    if turn is STAYS:
        return Ignore(f"{trigger}_WHEN_{link.stage}".upper())
    if not is_plausible(report, link, case.now):
        return Park("REPORTED_AT_IMPLAUSIBLE", blocks=False)
    return _turned(case, known, [(turn, _heard(case, report, link, turn, terms))])


def _heard(case: Case[None], report: ProvisioningReported, link: Link, turn: Transition, terms: Terms) -> Link:
    if turn.to is None:
        return _noted(report, link, turn)
    findings = passed_on(report.findings) if turn.to in _WITH_FINDINGS else ()
    changed = {"stage": turn.to, "since": case.now, "heard_at": report.reported_at, "findings": findings}
    match turn.to:
        case LinkStage.ACCEPTED if link.stage is LinkStage.REQUESTED:
            return link.but(**changed)
        case LinkStage.ACCEPTED:
            return link.but(**changed, due_at=case.now + terms.keylane_deadline, overdue=False)
        case LinkStage.ACTION_NEEDED:
            due_at = case.now + terms.customer_reminder
            return link.but(**changed, due_at=due_at, overdue=False, actions=link.actions + 1, reminders=0)
        case LinkStage.REALISED:
            found = realisation(report, link, terms.exchange, heard_at=case.now)
            return link.but(**changed, due_at=None, overdue=False, **found._asdict())
        case _:
            return link.but(**changed, due_at=None, overdue=False)


def _noted(report: ProvisioningReported, link: Link, turn: Transition) -> Link:
    if turn.note is Note.TAKEN_BACK:
        return link.but(contradiction=None, findings=(), heard_at=report.reported_at)
    said = passed_on(report.findings)
    contradiction = Contradiction(
        report=report.report,
        reported_at=report.reported_at,
        findings=said,
        first_exchange_on=report.first_exchange_on,
    )
    if turn.says:
        return link.but(contradiction=contradiction, findings=said, actions=link.actions + 1, reminders=0)
    asked = () if takes_back(report, link) else link.findings
    return link.but(contradiction=contradiction, findings=asked)


def _due(case: Case[None], known: Provisioning | None, terms: Terms) -> Outcome:
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    due = (link for link in known.links if link.due_at is not None and link.due_at <= case.now)
    return _turned(case, known, [_turn_of_time(case, link, terms) for link in due])


def _turn_of_time(case: Case[None], link: Link, terms: Terms) -> _Turn:
    reminded = link.stage is LinkStage.ACTION_NEEDED and link.reminders < terms.customer_reminders_max
    turn = transition(link.stage, Trigger.REMINDER if reminded else Trigger.DEADLINE)
    if turn.note is Note.OVERDUE:
        return turn, link.but(due_at=None, overdue=True)
    due_at = case.now + terms.customer_reminder
    return turn, link.but(due_at=due_at, actions=link.actions + 1, reminders=link.reminders + 1)


def _turned(case: Case[None], before: Provisioning, turns: Iterable[_Turn]) -> Emit:
    taken = tuple(turns)
    after = before.with_links(link for _, link in taken)
    says = ((turn.says, link) for turn, link in taken if turn.says is not None)
    events = (event_of(what, after, link, worked_before=before.has_worked(link.connection)) for what, link in says)
    return _changed(case, after, events)


def _changed(case: Case[None], after: Provisioning, events: Iterable[Event]) -> Emit:
    return Emit(tuple(events), {Provisioning.at(case.subject): after})
