"""What each event says, as the timeline keeps it: codes, numbers and days; no name, no address, no secret. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

from payroll.amsterdam import amsterdam_day
from payroll.finding import passed_on
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CustomerActionNeeded,
    LinkRealised,
    LinkRequested,
    NotificationSent,
    PolicyAwaited,
    PolicyEnriched,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.values import Contact, Finding
from services.timeline.documents import Said, Why


def said(event: Event) -> Said:
    """What the event says."""
    return _SAID[type(event)](event)


def package_of(event: Event) -> str | None:
    """The package it is about, where it names one."""
    # Not by `getattr`: a model is slow to say that it has no such attribute.
    fields = vars(event)
    for part in ("contact", "applicant", "registration"):
        found = getattr(fields.get(part), "package", None)
        if found is not None:
            return str(found)
    return fields.get("package")


def _link_requested(event: LinkRequested) -> Said:
    return Said(cycle=event.cycle, number=event.number)


def _of_cycle(event: ProcessorApplied | ProcessorConfirmed | RegistrationSubmitted | PolicyEnriched) -> Said:
    return Said(cycle=event.cycle)


def _declined(event: ProcessorDeclined) -> Said:
    return Said(cycle=event.cycle, note=event.reason)


def _held(event: RegistrationHeld) -> Said:
    why = tuple(Why(code=one) for one in event.waits_for)
    number = event.number if event.is_reminder else 0
    return Said(cycle=event.cycle, number=number, why=why, on=event.lapses_on)


def _faulty(event: RegistrationRejected | CorrectionRefused) -> Said:
    return Said(cycle=event.cycle, why=tuple(Why(code=fault.code, detail=fault.field) for fault in event.faults))


def _withdrawn(event: ConnectionsWithdrawn) -> Said:
    return Said(cycle=event.cycle, note=", ".join(one.employer_code for one in event.connections))


def _ended(event: RegistrationEnded) -> Said:
    return Said(cycle=event.cycle, why=(Why(code=event.reason),), note=event.superseded_by)


def _awaited(event: PolicyAwaited) -> Said:
    return Said(cycle=event.cycle, number=event.number, why=(Why(code=event.reason),))


def _requested(event: ProvisioningRequested) -> Said:
    return _linked(event.contact, event.cycle)


def _cancelled(event: ProvisioningCancelled) -> Said:
    return _linked(event.contact, event.cycle).but(why=(Why(code=event.reason),))


def _reported(event: ProvisioningReported) -> Said:
    why, on = _findings(event.findings), event.first_exchange_on
    return Said(connection=event.connection, cycle=event.cycle, why=why, on=on, note=event.report)


def _realised(event: LinkRealised) -> Said:
    return _linked(event.contact, event.cycle).but(on=event.first_exchange.on)


def _asked(event: CustomerActionNeeded) -> Said:
    number = event.number if event.is_reminder else 0
    return _linked(event.contact, event.cycle).but(number=number, why=_findings(event.findings))


def _refused(event: ProvisioningRefused) -> Said:
    return _linked(event.contact, event.cycle).but(why=_findings(event.findings))


def _mailed(event: NotificationSent) -> Said:
    on = amsterdam_day(event.sent_at)
    return Said(number=event.epoch, note=event.kind, why=(Why(code=event.role),), on=on, sent_at=event.sent_at)


def _linked(contact: Contact, cycle: int) -> Said:
    return Said(cycle=cycle, connection=contact.connection, employer_code=contact.employer_code)


def _findings(findings: Iterable[Finding]) -> tuple[Why, ...]:
    return tuple(Why(code=one.code, detail=one.detail) for one in passed_on(findings))


_SAID: dict[type[Event], Callable[[Any], Said]] = {
    LinkRequested: _link_requested,
    ProcessorApplied: _of_cycle,
    ProcessorConfirmed: _of_cycle,
    ProcessorDeclined: _declined,
    RegistrationHeld: _held,
    RegistrationSubmitted: _of_cycle,
    RegistrationRejected: _faulty,
    CorrectionRefused: _faulty,
    ConnectionsWithdrawn: _withdrawn,
    RegistrationEnded: _ended,
    PolicyEnriched: _of_cycle,
    PolicyAwaited: _awaited,
    ProvisioningRequested: _requested,
    ProvisioningCancelled: _cancelled,
    ProvisioningReported: _reported,
    LinkRealised: _realised,
    CustomerActionNeeded: _asked,
    ProvisioningRefused: _refused,
    NotificationSent: _mailed,
}
