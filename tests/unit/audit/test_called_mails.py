"""The judge and the notifier, which share no code, call for the same mails; what is said once has an occasion."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from each import each
from pydantic_core import from_json, to_json

from ops.audit.judge.called_for import FREE, KNOWN, mails_of, occasion_of
from ops.audit.judge.heading import heading_of
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


ONCE = [one for one in examples() if one.good and one.event.name in KNOWN - FREE]


@each(ONCE)
def test_what_may_be_said_once_has_an_occasion(example: Example) -> None:
    assert occasion_of(_fact(example, from_json(example.value)))


WITH_EMPLOYER = [one for one in EXAMPLES if from_json(one.value).get("employer_email")]


@each(WITH_EMPLOYER)
def test_an_employer_whose_address_is_the_processor_s_is_told_once(example: Example) -> None:
    data = from_json(example.value)
    whom = data.get("applicant") or data.get("contact") or data.get("registration", data)
    assert_alike(example, {**data, "employer_email": whom["email"].upper()})


@each([one for one in EXAMPLES if from_json(one.value).get("left")])
def test_who_is_left_and_has_the_processor_s_address_is_told_nothing_besides(example: Example) -> None:
    data = from_json(example.value)
    whom = data.get("applicant") or data.get("registration")
    assert_alike(example, {**data, "left": {**data["left"], "email": whom["email"].upper()}})


@each([one for one in EXAMPLES if one.event.name == "policy-awaited" and "employer_email" in from_json(one.value)])
def test_whatever_is_awaited_an_employer_hears_of_its_mandate_alone(example: Example) -> None:
    assert_alike(example, {**from_json(example.value), "employer_email": "directie@dekorst.example"})


@each([one for one in EXAMPLES if one.event.name == "registration-rejected"])
def test_a_form_that_is_rejected_once_more_calls_for_mails_of_their_own(example: Example) -> None:
    data = from_json(example.value)
    if "cycle" in data:
        assert_alike(example, {**data, "cycle": 2})


@each([one for one in EXAMPLES if "review" in from_json(one.value)])
def test_so_does_a_second_verdict_on_a_processor(example: Example) -> None:
    assert_alike(example, {**from_json(example.value), "review": 2})


def assert_alike(example: Example, data: dict[str, Any]) -> None:
    envelope, event = decode(example.event.name, example.headers, to_json(data))
    now = datetime(2026, 11, 30, tzinfo=UTC)
    outcome = decide(Case(RegistrationId(envelope.subject), event, envelope, WorkingSet({}), None, now))
    planned = outcome.effects if isinstance(outcome, Emit) else ()
    assert {(one.kind, one.occasion, one.role) for one in planned} == set(mails_of(_fact(example, data)))


def _fact(example: Example, data: dict[str, Any]) -> Fact:
    heading = heading_of(example.headers)
    return Fact(example.event.name, heading.id, heading.subject, "", UUID(int=0), data)
