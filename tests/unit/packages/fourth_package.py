"""Drives a registration of the fourth package from form to mail, and prints what was said. Started by its test.

A process of its own: packages are found once, when the first of them is asked for.
"""

import json
import sys
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path
from typing import Any

import payroll.packages

payroll.packages.__path__.append(str(Path(sys.argv[1])))

from ops.forms.checked import ReadyForm, checked  # noqa: E402 (after the fourth package is there to be found)
from ops.forms.file import SOURCE, WrittenForm  # noqa: E402
from ops.forms.synthetic import offers, synthetic_forms  # noqa: E402
from payroll.correction_code import CorrectionCodes  # noqa: E402
from schemas import codec  # noqa: E402
from schemas.envelope import Envelope  # noqa: E402
from schemas.event import Event  # noqa: E402
from schemas.events import CustomerActionNeeded, LinkRealised, ProvisioningReported, ProvisioningRequested  # noqa: E402
from schemas.ids import RegistrationId  # noqa: E402
from schemas.sealing import Binding, new_private_keys, unseal  # noqa: E402
from schemas.values import Finding, Policy  # noqa: E402
from services.enrichment import decide as enrichment  # noqa: E402
from services.enrichment import gate  # noqa: E402
from services.enrichment.gate import Facts, Found  # noqa: E402
from services.enrichment.terms import Terms as EnrichmentTerms  # noqa: E402
from services.intake.decide import service as intake  # noqa: E402
from services.intake.terms import Terms as IntakeTerms  # noqa: E402
from services.notifier.decide import SERVICE as NOTIFIER  # noqa: E402
from services.notifier.mails.kinds import read  # noqa: E402
from services.notifier.mails.message import Postmark, message  # noqa: E402
from services.provisioning.decide import service as provisioning  # noqa: E402
from services.provisioning.terms import Terms  # noqa: E402
from stream.document import Document, DocumentKey  # noqa: E402
from stream.service import Case, Emit, Service, WorkingSet  # noqa: E402

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CODES = CorrectionCodes(bytes(32))
NUMBERS = ("A0201234", "123456782L01")
FORM: Any = {
    "kind": "self_managed",
    "package": "verzonnen",
    "company_name": "Bakkerij De Verzinner",
    "email": "salaris@verzinner.example",
    "raamwerkcontractnummer": NUMBERS[0],
    "loonheffingennummer": NUMBERS[1],
    "frequency": "month",
    "thirteenth_month": False,
    "dgas": [],
    "tenant": "verzinner-1",
    "connections": [{"employer_code": f"V00{n}", "api_token": f"token-{n}"} for n in (1, 2)],
}
POLICY = Policy(
    policy_numbers=("P1",),
    products=("WIA Excedent",),
    pensioenwet=True,
    pensioenwet_products=("WIA Excedent",),
    starts_on=date(2026, 1, 1),
    insured_groups=("iedereen",),
    salary_notion="SV-loon",
    mandate_present=True,
)


class Desk:
    """One service with its memory. What it says goes over the wire, as bytes."""

    def __init__(self, service: Service[Any], facts: Any = None) -> None:
        self.service, self.facts = service, facts
        self.remembered: dict[DocumentKey, Document] = {}

    def take(self, event: Event, subject: RegistrationId) -> Emit:
        """Decide on an event of this registration."""
        found = self.service.touches(event, subject).found
        envelope = Envelope("id", SOURCE, event.name, event.version, subject, NOW)
        case = Case(subject, event, envelope, WorkingSet(self.remembered), self.facts, NOW, found)
        outcome = self.service.decide(case)
        if not isinstance(outcome, Emit):
            raise TypeError(str(outcome))
        self.remembered.update(outcome.documents)
        said = tuple(over_the_wire(one, subject) for one in outcome.events)
        return Emit(said, outcome.documents, outcome.effects)


def over_the_wire(event: Event, subject: str) -> Event:
    """The event as its reader finds it."""
    envelope = Envelope("1", "urn:test", event.name, event.version, subject, NOW)
    return codec.decode(event.name, *codec.encode(envelope, event)).event


async def no_policies(_concerns: object) -> Facts:
    """What is known is handed to each decision here."""
    return {}


def main() -> None:
    """From the form to the mails."""
    keys = new_private_keys()
    ready = checked(WrittenForm("form", SOURCE, "fourth-1", FORM, ()), keys)
    if not isinstance(ready, ReadyForm):
        raise TypeError(str(ready))
    subject = RegistrationId(ready.registration)
    desk = Desk(provisioning(Terms()))
    enricher = Desk(
        enrichment.service(no_policies, EnrichmentTerms()), {gate.of_numbers(*NUMBERS): Found(*NUMBERS, POLICY)}
    )
    (submitted,) = Desk(intake(IntakeTerms())).take(ready.event, subject).events
    (enriched,) = enricher.take(submitted, subject).events
    requests = desk.take(enriched, subject).events
    opened = [opens(request, subject, keys) for request in requests]
    (asked,) = desk.take(report(1, "customer_action_needed", Finding(code="CREDENTIALS_INVALID")), subject).events
    said = [asked, *(desk.take(report(n, "configured"), subject).events[0] for n in (1, 2))]
    mails = [mail(event, subject) for event in said]
    written = {"submission_id": ready.event.submission_id, "form": ready.event.form}
    json.dump({"opened": opened, "mails": mails, "generated": generated(keys), "written": written}, sys.stdout)


def generated(keys: Any) -> list[dict[str, Any]]:
    """Forms that `koppeling generate` makes up; what is wrong with one, in its place."""
    forms = islice(synthetic_forms(1, offers(package="verzonnen")), 40)
    ready = [checked(WrittenForm("form", SOURCE, one.submission_id, dict(one.form), ()), keys) for one in forms]
    return [
        one.event.form if isinstance(one, ReadyForm) else {"faults": [str(fault) for fault in one]} for one in ready
    ]


def opens(request: Event, subject: str, keys: Any) -> dict[str, Any]:
    """What Keylane learns of a request."""
    if not isinstance(request, ProvisioningRequested):
        raise TypeError(request.name)
    (secret,) = request.secrets
    binding = Binding(subject, request.contact.connection, secret.purpose)
    return {
        "code": request.contact.employer_code,
        "identifiers": [[one.name, one.value] for one in request.identifiers],
        "secret": unseal(secret.token, keys, binding),
        "rights": [one.right for one in request.authorisations],
    }


def report(connection: int, word: Any, *findings: Finding) -> ProvisioningReported:
    """What Keylane says."""
    return ProvisioningReported(connection=connection, cycle=1, report=word, reported_at=NOW, findings=findings)


def mail(event: Event, subject: RegistrationId) -> str:
    """The text of the mail that follows from an event."""
    if not isinstance(event, CustomerActionNeeded | LinkRealised):
        raise TypeError(event.name)
    (effect,) = Desk(NOTIFIER).take(event, subject).effects
    planned = read(effect.kind, json.dumps(dict(effect.payload)))
    sent = message(
        planned.letter(CODES),
        Postmark("koppeling@example.nl", "vragen@example.nl", planned.email, NOW, "<1@example.nl>"),
    )
    body = message_from_bytes(sent, policy=policy.SMTP).get_body(("plain",))
    return str(body.get_content()) if body else ""


if __name__ == "__main__":
    main()
