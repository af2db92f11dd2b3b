"""I9: two evidences compared, before and after every topic was read again."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from doctored import mail
from doctoring import SOMEBODY, another, append, effects, some, tables
from flow_in_memory import Flow, played
from forms import loket_form
from memory_evidence import evidence_of

from ops.audit.judge.evidence import AcceptedMail, Evidence, StateRow
from ops.audit.judge.verdict import judge, replayed_without_effect


@pytest.fixture(scope="module")
def before_and_after() -> tuple[Evidence, Evidence]:
    flow = Flow()
    for number in range(5):
        flow.submit(f"form-{number}", loket_form(number))
    flow.scribble(3, b"{")

    async def replay() -> Evidence:
        await played(flow)
        before = evidence_of(flow)
        flow.repeat_everything()
        await flow.run()
        return before

    return asyncio.run(replay()), evidence_of(flow)


def test_reading_everything_again_has_no_effect(before_and_after: tuple[Evidence, Evidence]) -> None:
    before, after = before_and_after
    assert sum(len(log.records) for log in after.logs.values()) > sum(len(log.records) for log in before.logs.values())
    assert replayed_without_effect(before, after) == ()
    assert judge(after, at_rest=True).findings == ()


def rewritten(evidence: Evidence, service: str, which: Callable[[StateRow], bool]) -> Evidence:
    later = evidence.now + timedelta(days=1)
    states = [replace(row, due_at=later) if which(row) else row for row in evidence.tables[service].states]
    return tables(evidence, service, states=tuple(states))


CHANGES: dict[str, Callable[[Evidence], Evidence]] = {
    "NEW_MAIL": lambda e: mail(e, (e.mails or ())[0]),
    "NEW_MAIL_PLANNED": lambda e: effects(e, lambda row: replace(row, id=SOMEBODY)),
    "NEW_EVENT": lambda e: append(e, another(some(e, "link-realised"))),
    "STATE_CHANGED": lambda e: rewritten(e, "intake", lambda row: row.lane < 0),
}


@pytest.mark.parametrize("code", CHANGES)
def test_an_effect_of_a_replay_is_found(code: str, before_and_after: tuple[Evidence, Evidence]) -> None:
    before, after = before_and_after
    assert code in {finding.code for finding in replayed_without_effect(before, CHANGES[code](after))}


def test_a_mail_of_nobody_counts_as_well(before_and_after: tuple[Evidence, Evidence]) -> None:
    before, after = before_and_after
    sent = mail(after, AcceptedMail("unknown", ("a@b.example",)))
    assert [finding.code for finding in replayed_without_effect(before, sent)] == ["NEW_MAIL"]


def test_what_others_have_said_meanwhile_is_no_effect(before_and_after: tuple[Evidence, Evidence]) -> None:
    before, after = before_and_after
    assert replayed_without_effect(before, append(after, another(some(after, "form-received")))) == ()


def letter(evidence: Evidence, reason: str) -> Evidence:
    record = another(some(evidence, "dead-lettered"))
    said = json.loads(record.value or b"{}") | {"reason": reason}
    return append(evidence, record._replace(value=json.dumps(said).encode()))


def test_a_record_that_a_pruned_journal_puts_aside_is_no_effect(before_and_after: tuple[Evidence, Evidence]) -> None:
    before, after = before_and_after
    pruned = tables(after, "intake", pruned_up_to=after.now)
    assert replayed_without_effect(before, letter(pruned, "TOO_OLD")) == ()
    for found in (letter(after, "TOO_OLD"), letter(pruned, "WRONG_SHAPE")):
        assert {one.code for one in replayed_without_effect(before, found)} == {"NEW_EVENT"}
