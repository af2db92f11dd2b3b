import json
from datetime import date
from typing import Any

import pytest
from parsed_mail import parsed, rendered
from stories import Story

from payroll.packages import packages
from schemas.codec import decode
from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    FirstExchange,
    FormFault,
    LinkRealised,
    ProvisioningRefused,
    RegistrationRejected,
)
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from schemas.values import ConnectionStage, Contact, Finding
from services.notifier.decide import SERVICE
from services.notifier.mails import CustomerActionNeededMail, LinkRealisedMail, Mail, RegistrationRejectedMail, read
from stream.service import Effect, Emit, Ignore

CONTACT = Contact(
    reference="ABCDEFGHJK1",
    package="loket",
    company_name="Bakkerij De Korst",
    email="salaris@example.nl",
    connection=2,
    employer_code="8106625",
)


def realised(**exchange: Any) -> LinkRealised:
    known = {"on": date(2027, 1, 5), "period_id": "2026-12", "rule_version": "1", "named_by_keylane": False}
    return LinkRealised(
        contact=CONTACT,
        cycle=1,
        realised_on=date(2026, 11, 22),
        first_exchange=FirstExchange.model_validate(known | exchange),
        connections=(ConnectionStage(connection=2, employer_code="8106625", stage="realised"),),
    )


def action_needed(*findings: Finding, number: int = 1, cycle: int = 1) -> CustomerActionNeeded:
    return CustomerActionNeeded(contact=CONTACT, cycle=cycle, number=number, findings=findings)


def planned(event: Event) -> Effect:
    outcome = Story(SERVICE).when(event)
    assert isinstance(outcome, Emit)
    assert (outcome.events, outcome.documents) == ((), {})
    (effect,) = outcome.effects
    return effect


def mail_of(event: Event) -> Mail:
    effect = planned(event)
    return read(effect.kind, json.dumps(dict(effect.payload)))


BLOCKED = Finding(code="USER_BLOCKED")
REFUSED = ProvisioningRefused(contact=CONTACT, cycle=1, loonheffingennummer="123456782L01", findings=(BLOCKED,))
FAULTS = (
    FormFault(field="loonheffingennummer", code="LHNR_ZERO", message="Een nummer met alleen nullen bestaat niet."),
    FormFault(field="connections.1.employer_code", code="REQUIRED", message="Dit veld is nog leeg."),
    FormFault(field="Evil <b>", code="UNKNOWN_FIELD", message="Dit veld kennen wij niet."),
)


def rejected(email: str | None) -> RegistrationRejected:
    return RegistrationRejected(
        reference="ABCDEFGHJK1", email=email, company_name=None, package=None, faults=FAULTS, cycle=1, correctable=True
    )


@pytest.mark.parametrize(
    ("event", "kind", "occasion"),
    [
        (realised(), "link-realised", "connection 2"),
        (action_needed(BLOCKED), "customer-action-needed", "connection 2 cycle 1 action 1"),
        (action_needed(BLOCKED, number=2), "customer-action-needed", "connection 2 cycle 1 action 2"),
        (action_needed(BLOCKED, cycle=2), "customer-action-needed", "connection 2 cycle 2 action 1"),
        (REFUSED, "provisioning-refused", "connection 2 cycle 1"),
        (rejected("salaris@example.nl"), "registration-rejected", "rejected"),
    ],
)
def test_each_event_plans_one_mail_for_its_occasion(event: Event, kind: str, occasion: str) -> None:
    effect = planned(event)
    assert (effect.kind, effect.occasion, effect.role, effect.epoch) == (kind, occasion, "applicant", 0)
    assert mail_of(event).email == "salaris@example.nl"


def test_without_an_address_nobody_is_told() -> None:
    assert Story(SERVICE).when(rejected(None)) == Ignore("NO_ADDRESS")


def test_the_realised_mail_carries_day_and_period() -> None:
    mail = mail_of(realised())
    assert isinstance(mail, LinkRealisedMail)
    assert (mail.first_exchange_on, mail.period_id, mail.package_title) == (date(2027, 1, 5), "2026-12", "Loket.nl")


def test_a_day_that_keylane_named_carries_no_period() -> None:
    mail = mail_of(realised(named_by_keylane=True))
    assert isinstance(mail, LinkRealisedMail)
    assert mail.period_id is None


def test_what_the_customer_has_to_do_comes_from_the_package_and_names_the_right() -> None:
    mail = mail_of(action_needed(Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"), BLOCKED))
    assert isinstance(mail, CustomerActionNeededMail)
    assert mail.asks[0].what.endswith("Het gaat om dit recht: Raadplegen HRM.")
    assert [ask.steps for ask in mail.asks] == [
        packages()["loket"].help_for("RIGHT_MISSING").steps,
        packages()["loket"].help_for("USER_BLOCKED").steps,
    ]


def test_a_rejection_names_fields_as_people_know_them_and_repeats_no_foreign_name() -> None:
    mail = mail_of(rejected("salaris@example.nl"))
    assert isinstance(mail, RegistrationRejectedMail)
    assert mail.corrections == (
        "Loonheffingennummer: Een nummer met alleen nullen bestaat niet.",
        "Werkgeverscode 2: Dit veld is nog leeg.",
        "Formulier: Dit veld kennen wij niet.",
    )


@pytest.mark.parametrize("event", [realised(), action_needed(BLOCKED), REFUSED, rejected("salaris@example.nl")])
def test_no_mail_holds_a_loonheffingennummer(event: Event) -> None:
    assert "123456782" not in str(planned(event).payload)


MAILED: set[type[Event]] = {LinkRealised, CustomerActionNeeded, ProvisioningRefused, RegistrationRejected}
CONSUMED = [one for one in examples() if one.good and one.event in MAILED & set(NOTIFIER.consumes)]


@pytest.mark.parametrize("example", CONSUMED, ids=lambda example: example.name)
def test_every_example_that_the_notifier_reads_can_be_mailed_if_there_is_an_address(example: Example) -> None:
    event = decode(example.event.name, example.headers, example.value).event
    if getattr(event, "email", "known") is None:
        assert Story(SERVICE).when(event) == Ignore("NO_ADDRESS")
    else:
        assert parsed(rendered(mail_of(event))).text.startswith("Beste relatie,")
