"""The judge and the notifier, which share no code, call for the same mails."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic_core import from_json

from ops.audit.called_for import mails_of
from ops.audit.history import Fact
from schemas.codec import decode
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from services.notifier.decide import decide
from stream.service import Case, Documents, Emit

NAMES = {event.name for event in NOTIFIER.consumes}
EXAMPLES = [one for one in examples() if one.good and one.event.name in NAMES]


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.name for one in EXAMPLES])
def test_each_example_calls_for_the_mails_that_are_planned(example: Example) -> None:
    envelope, event = decode(example.event.name, example.headers, example.value)
    now = datetime(2026, 11, 30, tzinfo=UTC)
    outcome = decide(Case(envelope.subject, event, envelope, Documents({}), None, now))
    planned = outcome.effects if isinstance(outcome, Emit) else ()
    fact = Fact(example.event.name, envelope.id, envelope.subject, "", UUID(int=0), from_json(example.value))
    assert {(one.kind, one.occasion, one.role) for one in planned} == set(mails_of(fact))
