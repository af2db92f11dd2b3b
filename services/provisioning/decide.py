"""What is asked of Keylane, and what each of its reports means. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from payroll.first_exchange import DAYS_AFTER_PERIOD, first_exchange
from payroll.packages import packages
from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    FirstExchange,
    LinkRealised,
    PolicyEnriched,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
)
from schemas.flow import PROVISIONING
from schemas.values import Connection
from services.provisioning.documents import Link, LinkStage, Provisioning
from stream.document import DocumentKey
from stream.service import Case, Due, Emit, Ignore, Outcome, Park, Service, no_facts

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CLOCKS_APART_MAX = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long Keylane may take before a case is overdue, and how many days after a period the exchange is."""

    keylane_deadline: timedelta = timedelta(days=10)
    days_after_period: int = DAYS_AFTER_PERIOD


def service(terms: Terms) -> Service[None]:
    """The service under these terms."""
    return Service(PROVISIONING, Provisioning, decider(terms), no_facts)


def decider(terms: Terms) -> Callable[[Case[None]], Outcome]:
    """The decision under these terms."""

    def decide(case: Case[None]) -> Outcome:
        known = case.documents.get(Provisioning, case.subject)
        match case.cause:
            case PolicyEnriched() as enriched:
                return _request(case, enriched, known, terms)
            case ProvisioningReported() as report:
                return _reported(case, report, known, terms)
            case Due():
                return _overdue(case, known)
            case _:
                return Ignore("NOT_OURS")

    return decide


def _request(case: Case[None], enriched: PolicyEnriched, known: Provisioning | None, terms: Terms) -> Outcome:
    if known is not None and enriched.cycle <= known.cycle:
        return Ignore("STALE_CYCLE")
    registration = enriched.registration
    provisioning = Provisioning(
        due_at=case.now + terms.keylane_deadline,
        reference=registration.reference,
        package=registration.package,
        company_name=registration.company_name,
        email=registration.email,
        raamwerkcontractnummer=registration.raamwerkcontractnummer,
        loonheffingennummer=registration.loonheffingennummer,
        frequency=registration.frequency,
        cycle=enriched.cycle,
        requested_at=case.now,
        links=tuple(
            Link(connection=one.connection, employer_code=one.employer_code, since=case.now)
            for one in registration.connections
        ),
    )
    requests = tuple(
        _requested(enriched, connection, provisioning, link)
        for connection, link in zip(registration.connections, provisioning.links, strict=True)
    )
    return _changed(case, provisioning, *requests)


def _requested(
    enriched: PolicyEnriched, connection: Connection, provisioning: Provisioning, link: Link
) -> ProvisioningRequested:
    registration = enriched.registration
    package = packages()[registration.package]
    return ProvisioningRequested(
        contact=provisioning.contact(link),
        cycle=enriched.cycle,
        raamwerkcontractnummer=registration.raamwerkcontractnummer,
        loonheffingennummer=registration.loonheffingennummer,
        identifiers=registration.identifiers,
        secrets=connection.secrets,
        frequency=registration.frequency,
        thirteenth_month=registration.thirteenth_month,
        dgas=registration.dgas,
        authorisations=package.authorisations_for(pensioenwet=enriched.policy.pensioenwet),
        keylane_contacts_customer=package.keylane_contacts_customer,
        policy=enriched.policy,
    )


def _reported(case: Case[None], report: ProvisioningReported, known: Provisioning | None, terms: Terms) -> Outcome:
    link = known.link(report.connection) if known is not None else None
    if known is None or link is None or report.cycle > known.cycle:
        return Park("NOTHING_REQUESTED", retry=True, blocks=False)
    if report.cycle < known.cycle:
        return Ignore("STALE_CYCLE")
    return Ignore(f"ALREADY_{link.stage.upper()}") if link.stage.final else _moved_by(case, report, known, link, terms)


def _moved_by(case: Case[None], report: ProvisioningReported, known: Provisioning, link: Link, terms: Terms) -> Outcome:
    match report.report:
        case "accepted":
            return _accepted(case, known, link)
        case "customer_action_needed":
            return _action_needed(case, known, link, report)
        case "configured":
            return _configured(case, known, link, report, terms)
        case "failed":
            return _failed(case, known, link, report)
        case unexpected:
            assert_never(unexpected)


def _accepted(case: Case[None], known: Provisioning, link: Link) -> Outcome:
    if link.stage is LinkStage.ACCEPTED:
        return Ignore("ALREADY_ACCEPTED")
    return _moved(case, known, link, {"stage": LinkStage.ACCEPTED})


def _action_needed(case: Case[None], known: Provisioning, link: Link, report: ProvisioningReported) -> Outcome:
    if link.stage is LinkStage.ACTION_NEEDED and link.findings == report.findings:
        return Ignore("ALREADY_ASKED")
    number = link.actions + 1
    event = CustomerActionNeeded(
        contact=known.contact(link), cycle=known.cycle, number=number, findings=report.findings
    )
    changes = {"stage": LinkStage.ACTION_NEEDED, "actions": number, "findings": report.findings}
    return _moved(case, known, link, changes, event)


def _configured(
    case: Case[None], known: Provisioning, link: Link, report: ProvisioningReported, terms: Terms
) -> Outcome:
    if not known.requested_at - CLOCKS_APART_MAX <= report.reported_at <= case.now + CLOCKS_APART_MAX:
        return Park("REPORTED_AT_IMPLAUSIBLE", blocks=False)
    realised_on = report.reported_at.astimezone(AMSTERDAM).date()
    exchange = first_exchange(
        realised_on, known.frequency, named=report.first_exchange_on, days_after=terms.days_after_period
    )
    told = FirstExchange(
        on=exchange.on,
        period_id=exchange.period_id,
        rule_version=exchange.rule_version,
        named_by_keylane=exchange.named_by_keylane,
    )
    changes = {
        "stage": LinkStage.REALISED,
        "findings": (),
        "realised_on": realised_on,
        "first_exchange": told,
        "warning": exchange.warning,
    }
    after = _with(case, known, link, changes)
    event = LinkRealised(
        contact=known.contact(link),
        cycle=known.cycle,
        realised_on=realised_on,
        first_exchange=told,
        connections=after.overview(),
    )
    return _changed(case, after, event)


def _failed(case: Case[None], known: Provisioning, link: Link, report: ProvisioningReported) -> Outcome:
    event = ProvisioningRefused(
        contact=known.contact(link),
        cycle=known.cycle,
        raamwerkcontractnummer=known.raamwerkcontractnummer,
        loonheffingennummer=known.loonheffingennummer,
        findings=report.findings,
    )
    return _moved(case, known, link, {"stage": LinkStage.REFUSED, "findings": report.findings}, event)


def _overdue(case: Case[None], known: Provisioning | None) -> Outcome:
    if known is None or known.due_at is None or known.due_at > case.now:
        return Ignore("MOVED_ON")
    return _changed(case, known.but(due_at=None, overdue=True))


def _moved(case: Case[None], known: Provisioning, link: Link, changes: dict[str, object], *events: Event) -> Outcome:
    return _changed(case, _with(case, known, link, changes), *events)


def _with(case: Case[None], known: Provisioning, link: Link, changes: dict[str, object]) -> Provisioning:
    moved = link.but(**changes, since=case.now)
    links = tuple(moved if one is link else one for one in known.links)
    if not all(one.stage.final for one in links):
        return known.but(links=links)
    return known.but(links=links, due_at=None, overdue=False)


def _changed(case: Case[None], after: Provisioning, *events: Event) -> Emit:
    return Emit(events, {DocumentKey(Provisioning.kind, case.subject): after})
