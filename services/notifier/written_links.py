"""The mail that tells how a link fares at Keylane, in the packages' words. Pure."""

from datetime import date
from typing import TypedDict

from payroll.finding import passed_on
from payroll.packages import packages
from schemas.events import (
    CustomerActionNeeded,
    LinkRealised,
    ProvisioningRefused,
)
from schemas.values import Contact
from services.notifier.mails.customer_action_needed import Ask, CustomerActionNeededMail
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.mails.link_works import LinkWorksMail
from services.notifier.mails.mail import CodeFor
from services.notifier.mails.provisioning_refused import ProvisioningRefusedMail


class _Exchange(TypedDict):
    first_exchange_on: date | None
    period_id: str | None
    is_anew: bool


class _Linked(TypedDict):
    email: str
    reference: str
    company_name: str
    package_title: str
    employer_code: str


def customer_action_needed(
    event: CustomerActionNeeded, code_for: CodeFor, *, correction_waits: bool
) -> CustomerActionNeededMail:
    """What Keylane waits for, with the package's steps."""
    package = packages()[event.contact.package]
    return CustomerActionNeededMail(
        **_linked(event.contact),
        code_for=code_for,
        correction_waits=correction_waits,
        is_reminder=event.is_reminder,
        asks=tuple(
            Ask(what=package.what(one), steps=package.help_for(one.code).steps) for one in passed_on(event.findings)
        ),
    )


def link_realised(event: LinkRealised, code_for: CodeFor, *, exchanges: bool) -> LinkRealisedMail:
    """The day of the first exchange, unless it `exchanges` already, and how all connections fare."""
    return LinkRealisedMail(
        **_linked(event.contact),
        **_exchange(event, exchanges=exchanges),
        code_for=code_for,
        connections=event.connections,
        renewal=packages()[event.contact.package].renewal,
    )


def link_realised_to_employer(event: LinkRealised, email: str, *, exchanges: bool) -> LinkWorksMail:
    """The same, told to the employer who asked for the link; it is not the employer's to correct."""
    return LinkWorksMail(
        **_linked(event.contact, email), **_exchange(event, exchanges=exchanges), processor_name=event.processor_name
    )


def provisioning_refused(
    event: ProvisioningRefused, code_for: CodeFor, *, correction_waits: bool
) -> ProvisioningRefusedMail:
    """Why Keylane cannot do it, and the package's steps that mend it."""
    package = packages()[event.contact.package]
    return ProvisioningRefusedMail(
        **_linked(event.contact),
        code_for=code_for,
        correction_waits=correction_waits,
        reasons=tuple(package.what(finding) for finding in passed_on(event.findings)),
        steps=tuple(dict.fromkeys(step for one in event.findings for step in package.help_for(one.code).steps)),
    )


def provisioning_refused_to_employer(event: ProvisioningRefused, email: str) -> ProvisioningRefusedMail:
    """The same, told to the employer who asked for the link; why, its processor knows."""
    return ProvisioningRefusedMail(**_linked(event.contact, email), to_employer=True)


def _exchange(event: LinkRealised, *, exchanges: bool) -> _Exchange:
    """Nothing where data are exchanged already; no period beside a day that Keylane has named."""
    first = event.first_exchange
    return {
        "first_exchange_on": None if exchanges else first.on,
        "period_id": None if exchanges or first.named_by_keylane else first.period_id,
        "is_anew": event.worked_before and not exchanges,
    }


def _linked(contact: Contact, reader: str | None = None) -> _Linked:
    return {
        "email": reader or contact.email,
        "reference": contact.reference,
        "company_name": contact.company_name,
        "package_title": packages()[contact.package].title,
        "employer_code": contact.employer_code,
    }
