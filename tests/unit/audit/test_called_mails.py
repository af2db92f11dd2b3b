"""The judge and the notifier, which share no code, call for the same mails."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from each import each
from pydantic_core import from_json, to_json

from ops.audit.judge.called_for import mails_of
from ops.audit.judge.history import Fact
from schemas.codec import decode
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from schemas.ids import RegistrationId
from services.notifier.decide import decide
from stream.service import Case, Emit, WorkingSet

NAMES = {event.name for event in NOTIFIER.consumes}
EXAMPLES = [one for one in examples() if one.good and one.event.name in NAMES]


@each(EXAMPLES)
def test_each_example_calls_for_the_mails_that_are_planned(example: Example) -> None:
    assert_alike(example, from_json(example.value))


WITH_EMPLOYER = [one for one in EXAMPLES if from_json(one.value).get("employer_email")]


@each(WITH_EMPLOYER)
def test_an_employer_whose_address_is_the_processor_s_is_told_once(example: Example) -> None:
    data = from_json(example.value)
    whom = data.get("applicant") or data.get("contact") or data.get("registration", data)
    assert_alike(example, {**data, "employer_email": whom["email"].upper()})


def assert_alike(example: Example, data: dict[str, Any]) -> None:
    envelope, event = decode(example.event.name, example.headers, to_json(data))
    now = datetime(2026, 11, 30, tzinfo=UTC)
    outcome = decide(Case(RegistrationId(envelope.subject), event, envelope, WorkingSet({}), None, now))
    planned = outcome.effects if isinstance(outcome, Emit) else ()
    fact = Fact(example.event.name, envelope.id, envelope.subject, "", UUID(int=0), data)
    assert {(one.kind, one.occasion, one.role) for one in planned} == set(mails_of(fact))
