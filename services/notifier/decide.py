"""Which mail each event calls for. The occasion comes from the business state: a second legitimate mail is another one.

Everything goes to the address that the form gave for answers, in the role `applicant`.
"""

from payroll.packages import packages
from schemas.events import CustomerActionNeeded, LinkRealised, ProvisioningRefused, RegistrationRejected
from schemas.flow import NOTIFIER
from schemas.values import Contact, Finding
from stream.service import Case, Effect, Emit, Ignore, Outcome, Service, no_facts

from .documents import Correspondence
from .mails import (
    Ask,
    CustomerActionNeededMail,
    LinkRealisedMail,
    Mail,
    ProvisioningRefusedMail,
    RegistrationRejectedMail,
    field_name,
)

APPLICANT = "applicant"


def decide(case: Case[None]) -> Outcome:
    """Plan the mail that the event calls for."""
    match case.cause:
        case LinkRealised() as event:
            return _mail(_link_realised(event), f"connection {event.contact.connection}")
        case CustomerActionNeeded() as event:
            occasion = f"connection {event.contact.connection} cycle {event.cycle} action {event.number}"
            return _mail(_customer_action_needed(event), occasion)
        case ProvisioningRefused() as event:
            occasion = f"connection {event.contact.connection} cycle {event.cycle}"
            return _mail(_provisioning_refused(event), occasion)
        case RegistrationRejected() as event if event.email:
            return _mail(_registration_rejected(event, event.email), "rejected")
        case RegistrationRejected():
            return Ignore("NO_ADDRESS")
        case _:
            return Ignore("NO_MAIL_YET")


def _mail(mail: Mail, occasion: str) -> Emit:
    return Emit(effects=(Effect(mail.kind, occasion, APPLICANT, mail.model_dump(mode="json")),))


def _link_realised(event: LinkRealised) -> LinkRealisedMail:
    exchange = event.first_exchange
    return LinkRealisedMail(
        **_particulars(event.contact),
        first_exchange_on=exchange.on,
        period_id=None if exchange.named_by_keylane else exchange.period_id,
        connections=event.connections,
    )


def _customer_action_needed(event: CustomerActionNeeded) -> CustomerActionNeededMail:
    package = packages()[event.contact.package]
    asks = ((finding, package.help_for(finding.code)) for finding in event.findings)
    return CustomerActionNeededMail(
        **_particulars(event.contact),
        asks=tuple(Ask(what=_what(finding, help_.what), steps=help_.steps) for finding, help_ in asks),
    )


def _provisioning_refused(event: ProvisioningRefused) -> ProvisioningRefusedMail:
    package = packages()[event.contact.package]
    reasons = tuple(_what(finding, package.help_for(finding.code).what) for finding in event.findings)
    return ProvisioningRefusedMail(**_particulars(event.contact), reasons=reasons)


def _registration_rejected(event: RegistrationRejected, email: str) -> RegistrationRejectedMail:
    return RegistrationRejectedMail(
        email=email,
        reference=event.reference,
        company_name=event.company_name,
        corrections=tuple(f"{field_name(fault.field)}: {fault.message}" for fault in event.faults),
    )


def _what(finding: Finding, sentence: str) -> str:
    if finding.code == "RIGHT_MISSING" and finding.detail:
        return f"{sentence} Het gaat om dit recht: {finding.detail}."
    return sentence


def _particulars(contact: Contact) -> dict[str, str]:
    return {
        "email": contact.email,
        "reference": contact.reference,
        "company_name": contact.company_name,
        "package_title": packages()[contact.package].title,
        "employer_code": contact.employer_code,
    }


SERVICE = Service(stage=NOTIFIER, main=Correspondence, decide=decide, facts=no_facts)
