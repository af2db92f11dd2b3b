"""A thousand confirmations race a thousand registrations on several workers: every one is realised and mailed once."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from forms import loket_form, loonheffingennummer
from onboarding import SOURCE, Onboarding, Raw, form_record

from ops.audit.judge.called_for import Link
from ops.audit.of_sandbox import submitted_forms, verdict_at_rest
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProcessorReviewed
from schemas.ids import registration_id

pytestmark = pytest.mark.long

PAIRS = 1_000
WORKERS = 3
FIRST = 200_000


def email(number: int) -> str:
    return f"koppeling@kantoor{number}.example"


def prepared(number: int) -> list[Raw]:
    """A processor applies, and an employer asks it for the link."""
    applies = {"kind": "processor_registration", "package": "exact", "company_name": f"Kantoor {number}"}
    asks = {"kind": "link_request", "company_name": f"Bakkerij Verzonnen {number}", "email": f"loon@{number}.example"}
    chosen = {"processor_name": f"Kantoor {number}", "processor_email": email(number)}
    return [
        form_record(f"race-processor-{number}", {**applies, "email": email(number)}),
        form_record(
            f"race-request-{number}", {**asks, **chosen, "loonheffingennummer": loonheffingennummer(FIRST + number)}
        ),
    ]


def registered(number: int) -> dict[str, Any]:
    chosen = {"email": email(number), "processor_name": f"Kantoor {number}"}
    return loket_form(FIRST + number, kind="employer_registration", **chosen)


def confirmed(number: int) -> Raw:
    registration = registration_id(SOURCE, f"race-processor-{number}")
    now = datetime.now(UTC)
    event = ProcessorReviewed(email=email(number), company_name=None, verdict="confirmed", reviewed_at=now)
    envelope = Envelope(f"race-review-{number}", "urn:back-office", event.name, event.version, registration, now)
    headers, value = codec.encode(envelope, event)
    return Raw(registration.encode(), value, tuple(headers))


async def counted(onboarding: Onboarding, question: str, count: int) -> None:
    async def ask() -> bool:
        return bool((await onboarding.query(question))[0]["count"] == count)

    await until(ask, deadline_s=180, missing=f"not {count}: {question}")


async def race(onboarding: Onboarding) -> None:
    forms = {f"race-employer-{number}": registered(number) for number in range(PAIRS)}
    await onboarding.load_policies(list(forms.values()))
    await onboarding.publish([record for number in range(PAIRS) for record in prepared(number)])
    await counted(onboarding, _ANSWERED, 2 * PAIRS)
    reviews, registrations = list(map(confirmed, range(PAIRS))), [form_record(*form) for form in forms.items()]
    for order, shuffled in enumerate((reviews, registrations)):
        random.Random(order).shuffle(shuffled)
    await asyncio.gather(onboarding.publish(reviews, "processor-reviewed"), onboarding.publish(registrations))
    await counted(onboarding, _REALISED, PAIRS)
    await counted(onboarding, "select count(*) from notifier.effect where status <> 'SENT'", 0)
    links = [
        Link(registration_id(SOURCE, submission), str(form["connections"][0]["employer_code"]))
        for submission, form in forms.items()
    ]
    _, verdict = await verdict_at_rest(onboarding.sandbox.state, submitted_forms(links))
    assert verdict.findings == ()
    assert str(verdict.tally) == f"{PAIRS} of {PAIRS} realised, {PAIRS} mails, 0 lost, 0 double"
    held = {record.key for record in await onboarding.records("registration-held")}
    assert 0 < len(held) < PAIRS  # some came before their confirmation, some after


async def test_every_registration_is_realised_and_mailed_once_whichever_came_first() -> None:
    settings = SandboxSettings(fast_mail=True, scale={"intake": WORKERS})
    with throwaway_sandbox(settings) as sandbox, sandbox.away("monitor"):
        await race(Onboarding(sandbox))


_ANSWERED = "select count(*) from intake.state where kind = 'intake' and document is not null"
_REALISED = "select count(*) from notifier.effect where kind = 'link-realised' and status = 'SENT'"
