"""Events that the notifier reads, and what it plans for one of them."""

from datetime import date
from typing import Any

from told import as_sent, mails_of

from schemas.event import Event
from schemas.events import (
    CorrectionRefused,
    CustomerActionNeeded,
    FirstExchange,
    FormFault,
    LinkRealised,
    LinkRequested,
    PolicyAwaited,
    ProvisioningRefused,
    RegistrationHeld,
    RegistrationRejected,
)
from schemas.values import Applicant, ConnectionStage, Contact, Finding
from services.notifier.mails.mail import Mail
from stream.service import Effect

CONTACT = Contact(
    reference="ABCDEFGHJK1",
    package="loket",
    company_name="Bakkerij De Korst",
    email="salaris@example.nl",
    connection=2,
    employer_code="8106625",
)


def realised(*, cycle: int = 1, **exchange: Any) -> LinkRealised:
    known = {"on": date(2027, 1, 5), "period_id": "2026-12", "rule_version": "1", "named_by_keylane": False}
    return LinkRealised(
        contact=CONTACT,
        cycle=cycle,
        realised_on=date(2026, 11, 22),
        first_exchange=FirstExchange.model_validate(known | exchange),
        connections=(ConnectionStage(connection=2, employer_code="8106625", stage="realised"),),
    )


def action_needed(*findings: Finding, number: int = 1, cycle: int = 1) -> CustomerActionNeeded:
    return CustomerActionNeeded(contact=CONTACT, cycle=cycle, number=number, findings=findings)


def planned(event: Event) -> Effect:
    (effect,) = mails_of(event)
    return effect


def all_planned(event: Event) -> dict[tuple[str, str], str]:
    """The addresses that mails go to, by kind and role."""
    return {(one.kind, one.role): str(one.payload["email"]) for one in mails_of(event)}


def mail_of(event: Event) -> Mail:
    return as_sent(planned(event))


BLOCKED = Finding(code="USER_BLOCKED")
REFUSED = ProvisioningRefused(contact=CONTACT, cycle=1, loonheffingennummer="123456782L01", findings=(BLOCKED,))
FAULTS = (
    FormFault(field="loonheffingennummer", code="LHNR_ZERO", message="Een nummer met alleen nullen bestaat niet."),
    FormFault(field="connections.1.employer_code", code="REQUIRED", message="Dit veld is nog leeg."),
    FormFault(field="Evil <b>", code="UNKNOWN_FIELD", message="Dit veld kennen wij niet."),
)


def rejected(email: str | None, cycle: int = 1) -> RegistrationRejected:
    return RegistrationRejected(
        reference="ABCDEFGHJK1",
        email=email,
        company_name=None,
        package=None,
        faults=FAULTS,
        cycle=cycle,
        correctable=True,
    )


APPLICANT = Applicant(
    reference="ABCDEFGHJK1", email="salaris@example.nl", company_name="Bakkerij De Korst", package="loket"
)
CORRECTION_REFUSED = CorrectionRefused(applicant=APPLICANT, cycle=2, submission="42", faults=FAULTS)
ENDED = ("registration-ended", "ended")
REQUESTED = LinkRequested(
    applicant=APPLICANT,
    cycle=1,
    processor_name="Kantoor",
    processor_email="kantoor@example.nl",
    raamwerkcontractnummer="A020555123",
    loonheffingennummer="123456782L01",
    to_processor="request",
)


def held(*, number: int = 0, cycle: int = 1, employer: str | None = None) -> RegistrationHeld:
    return RegistrationHeld(
        applicant=APPLICANT,
        cycle=cycle,
        waits_for=("PROCESSOR_CONFIRMATION",),
        number=number,
        lapses_on=date(2027, 1, 21),
        employer_email=employer,
    )


def awaited(applicant: Applicant | None) -> PolicyAwaited:
    return PolicyAwaited(reference="ABCDEFGHJK1", applicant=applicant, cycle=2, reason="MANDATE_MISSING")
