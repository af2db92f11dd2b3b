"""The judge, proved by what it must find: one doctored evidence for each thing that it can say."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from doctored import (
    CHANGES,
    IN_OTHER_WAYS,
    REQUEST,
    Change,
    both_ends,
    keylane,
    letter_of_what_was_decided,
    never_committed,
    never_settled,
    no_row_of_the_parked,
    settled_past_a_record,
    unread_at_first,
    unsaid,
    with_text,
)
from doctoring import another, append, committed, first_of, journal, log, queue, some, tables
from flow_in_memory import Flow, form_of_entities, played
from forms import loket_form
from memory_evidence import evidence_of

import ops.audit.judge
from ops.audit.judge.called_for import KNOWN
from ops.audit.judge.evidence import Evidence
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.heading import data_of
from ops.audit.judge.recipes import entry_of_second_body, moved_row
from ops.audit.judge.seen import Seen, seen_as
from ops.audit.judge.verdict import judge
from schemas.flow import MONITOR
from schemas.topics import event_topics

SOURCES = Path(ops.audit.judge.__file__).parent


def varied() -> Flow:
    """A day with everything in it: several connections, waits, refusals, questions, repeats and bad records."""
    flow = Flow()
    for number in range(4):
        flow.submit(f"usual-{number}", loket_form(number))
    flow.submit("several", form_of_entities("several", 10, 3))
    flow.submit("awaited", loket_form(11), known=False)
    flow.submit("usual-1", loket_form(1))
    flow.submit("usual-2", loket_form(99))
    flow.submit("again", loket_form(3))
    flow.submit("wrong-lane", loket_form(12), lane=5)
    flow.submit("faulty", loket_form(13, frequency="daily"))
    flow.scribble(3, b"{")
    flow.scribble(3, None)
    flow.keylane |= {
        flow.submit("asked", loket_form(14)): ("accepted", "customer_action_needed", "configured"),
        flow.submit("refused", loket_form(15)): ("failed",),
        flow.submit("silent", loket_form(16)): (),
        flow.submit("talkative", loket_form(17)): ("accepted", "accepted", "configured", "configured", "failed"),
    }
    return flow


async def followed_up() -> Flow:
    """The same, and what became of some of it: corrections and ends, which Keylane is told."""
    flow = await played(varied())
    flow.follow_up("renewal", "usual-0", frequency="four_weeks")
    flow.follow_up("not-like-this", "usual-3", loonheffingennummer="123456789L01")
    flow.follow_up("away", "several", kind="withdrawal")
    await flow.run()
    flow.stop("usual-3", "stopped", "stopped-still")
    flow.follow_up("renewal-2", "usual-0", cycle=2, frequency="month")
    flow.follow_up("away-2", "asked", kind="withdrawal")
    await flow.run()
    return flow


@cache
def healthy_day() -> Evidence:
    """What that leaves behind; several modules begin with it, and none can change it."""
    return evidence_of(asyncio.run(followed_up()))


@pytest.fixture(scope="module")
def doctored() -> dict[str, tuple[Finding, ...]]:
    """What is found once each of the changes was made."""
    return {code: judge(change(healthy_day()), at_rest=True).findings for code, change in CHANGES.items()}


def codes(evidence: Evidence, *, at_rest: bool = True) -> set[str]:
    return {finding.code for finding in judge(evidence, at_rest=at_rest).findings}


@pytest.mark.parametrize("at_rest", [True, False])
def test_a_healthy_day_is_clean(healthy: Evidence, at_rest: bool) -> None:  # noqa: FBT001  a parameter of the test
    verdict = judge(healthy, at_rest=at_rest)
    assert verdict.findings == ()
    assert verdict.clean


@pytest.mark.parametrize("code", CHANGES)
def test_what_was_doctored_is_found(code: str, doctored: dict[str, tuple[Finding, ...]]) -> None:
    assert code in {finding.code for finding in doctored[code]}


@pytest.mark.parametrize(("code", "change"), IN_OTHER_WAYS)
def test_what_was_doctored_in_another_way_is_found_as_well(code: str, change: Change, healthy: Evidence) -> None:
    assert code in codes(change(healthy))


def test_of_a_log_that_nobody_has_begun_to_read_nothing_is_missed(healthy: Evidence) -> None:
    assert "REMOVED_UNREAD" not in codes(never_committed(never_settled(CHANGES["REMOVED_UNREAD"](healthy))))


def test_everything_that_can_be_said_has_been_provoked() -> None:
    source = "".join(file.read_text("utf-8") for file in SOURCES.glob("*.py"))
    said = set(re.findall(r'(?:_finding\(|Finding\(Invariant\.\w+, |Finding\(invariant, )"([A-Z_]+)"', source))
    replays = {code for code in said if code.startswith("NEW_")} | {"STATE_CHANGED"}
    assert said - replays == set(CHANGES)


def test_every_invariant_has_something_that_breaks_it(doctored: dict[str, tuple[Finding, ...]]) -> None:
    assert {finding.invariant for findings in doctored.values() for finding in findings} == set(Invariant)


def test_every_topic_of_the_flow_is_known_to_the_judge() -> None:
    assert {topic.name for topic in event_topics() if topic.producers != (MONITOR.name,)} == KNOWN


def test_no_finding_tells_anything_personal(doctored: dict[str, tuple[Finding, ...]]) -> None:
    told = "\n".join(
        f"{finding.about} {finding.what} {finding.act}" for findings in doctored.values() for finding in findings
    )
    assert not re.search(r"Bakkerij|@|A020|L01", re.sub(r" @ \d+", "", told))


def test_a_record_between_the_two_positions_is_the_settlement_s_and_below_both_the_journal_s(healthy: Evidence) -> None:
    found = [
        f.invariant for f in judge(settled_past_a_record(healthy), at_rest=False).findings if f.code == "NOT_IN_JOURNAL"
    ]
    assert found == [Invariant.I4]


def test_another_body_under_a_used_id_has_an_outcome_of_its_own(healthy: Evidence) -> None:
    lost = journal(healthy, "intake", lambda row: None if row.reason == "ID_REUSED" else row)
    assert "NOT_IN_JOURNAL" in codes(lost)


def test_one_record_that_waits_is_told_as_one(healthy: Evidence) -> None:
    found = judge(CHANGES["NOT_READ"](healthy), at_rest=True).findings
    assert [f.what.partition(",")[0] for f in found if f.code == "NOT_READ"] == ["1 record not taken yet"]


@pytest.mark.parametrize("code", ["NOT_READ", "NOT_PUBLISHED_YET", "MAIL_NOT_SENT", "NOT_LET_GO"])
def test_what_is_under_way_is_passed_over_while_the_system_runs(code: str, healthy: Evidence) -> None:
    assert codes(CHANGES[code](healthy), at_rest=False) == set()


def test_a_form_that_nobody_has_read_yet_needs_no_answer(healthy: Evidence) -> None:
    form = some(healthy, "form-received")
    said = data_of(form.value) | {"submission_id": "just-now"}
    new = append(healthy, another(form, value=json.dumps(said).encode()))
    assert codes(new, at_rest=False) == set()
    assert codes(new) == {"NOT_READ"}


def test_an_event_that_is_recorded_and_whose_publishing_is_due_is_not_missed(healthy: Evidence) -> None:
    place, found = first_of(healthy, "registration-submitted")
    gone = log(healthy, place, records=found.records[1:])
    assert "NOT_PUBLISHED" in codes(gone, at_rest=False)
    for forms in (place for place in healthy.logs if place.topic == "form-received"):
        gone = committed(gone, "intake", forms, 0)
    assert "NOT_PUBLISHED" not in codes(gone, at_rest=False)


def test_of_two_connections_one_may_be_realised_and_the_other_refused(healthy: Evidence) -> None:
    assert "TWO_ENDS" not in codes(both_ends(healthy, connection=2))


def test_a_request_that_keylane_passed_over_as_stale_is_no_second_one(healthy: Evidence) -> None:
    assert "REQUESTED_TWICE" not in codes(keylane(healthy, REQUEST, replace(REQUEST, id="r-2", outcome="stale")))


def test_a_row_that_was_handled_stands_until_it_is_let_go(healthy: Evidence) -> None:
    handled = queue(healthy, "intake", kind="parked", blocks=False, answered_by=UUID(int=8), handled=True)
    assert codes(handled, at_rest=False) == set()


@pytest.mark.parametrize(("service", "topic"), [("intake", "form-received"), ("provisioning", "policy-enriched")])
def test_what_could_not_be_read_at_first_needs_no_row_once_it_has_gone_on_as_what_it_is(
    service: str, topic: str, healthy: Evidence
) -> None:
    record = some(healthy, topic)
    read_later, own = unread_at_first(healthy, record, service), seen_as(record).entry
    assert "PARKED_WITHOUT_ROW" not in codes(read_later)
    nowhere = journal(read_later, service, lambda row: None if row.id == own else row)
    assert "PARKED_WITHOUT_ROW" in codes(nowhere)
    moved = queue(nowhere, service, id=moved_row(own, seen_as(record).body))
    assert "PARKED_WITHOUT_ROW" not in codes(moved)
    second = entry_of_second_body(own, seen_as(record).body)
    reused = journal(read_later, service, lambda row: replace(row, id=second) if row.id == own else row)
    assert "PARKED_WITHOUT_ROW" not in codes(reused)


def test_a_letter_tells_of_an_earlier_attempt_at_what_was_decided_since(healthy: Evidence) -> None:
    told = letter_of_what_was_decided(healthy)
    retried = journal(told, "intake", lambda row: replace(row, attempt=row.attempt + 1))
    assert "LETTER_FROM_NOWHERE" not in codes(retried)


@pytest.mark.parametrize("subject", ["", "somebody"])
def test_of_what_is_gone_from_its_topic_a_row_is_missed_only_if_it_was_read(subject: str, healthy: Evidence) -> None:
    unread = unread_at_first(healthy, some(healthy, "form-received")._replace(offset=1_000))
    parked = journal(unread, "intake", lambda row: row if row.subject else replace(row, subject=subject))
    assert "PARKED_WITHOUT_ROW" in codes(parked)
    place, found = first_of(parked, "policy-enriched")
    shorter = log(parked, place, records=found.records[1:], begin=1, start=1)
    assert ("PARKED_WITHOUT_ROW" in codes(shorter)) is bool(subject)


@pytest.mark.parametrize(
    "text",
    [
        "eyJhbGciOiJFQ0RI.kkkkkkkk.iiiiiiii.cccccccc.tttttttt",
        "number 123456782L01",
        "postgresql://intake:hush@127.0.0.1:5432/koppeling",
    ],
)
def test_secrets_and_numbers_in_a_log_are_found(text: str, healthy: Evidence) -> None:
    assert codes(with_text(text)(healthy)) == {"IN_CLEAR"}


@pytest.mark.parametrize("text", ["*******82L01", "<6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10@asr.example>", "1 @ 7"])
def test_what_may_stand_in_a_log_is_left_alone(text: str, healthy: Evidence) -> None:
    assert codes(with_text(text)(healthy)) == set()


@pytest.mark.parametrize("attempt", [0, 1])
def test_what_was_handed_over_and_is_not_taken_yet_has_no_outcome(attempt: int, healthy: Evidence) -> None:
    handed = queue(healthy, "intake", kind="queued", reason="HANDED_OVER", due_at=healthy.now, attempt=attempt)
    assert ("ROW_WITHOUT_ENTRY" in codes(handed)) == bool(attempt)


@pytest.mark.parametrize(
    ("found", "fields"),
    [
        ({"NOT_LET_GO"}, {"answered_by": UUID(int=8)}),
        ({"NOT_LET_GO"}, {"handled": True}),
        ({"NOT_LET_GO"}, {"handled": True, "kind": "queued", "blocks": False}),
        ({"BLOCKS_OTHERS"}, {"reason": "ID_REUSED"}),
        (set(), {"reason": "ID_REUSED", "blocks": False}),
    ],
)
def test_a_row_of_the_queue_is_let_go_once_it_is_answered_and_blocks_nobody_else(
    found: set[str], fields: dict[str, object], healthy: Evidence
) -> None:
    given = queue(healthy, "intake", **fields)
    assert codes(given) == found
    assert codes(given, at_rest=False) == found - {"NOT_LET_GO"}


def test_what_is_due_behind_another_waits_for_that_one(healthy: Evidence) -> None:
    due = queue(healthy, "intake", id=UUID(int=8), due_at=healthy.now - timedelta(hours=1))
    assert codes(due) == {"NOT_TAKEN"}
    assert codes(queue(due, "intake", seq=999)) == set()
    assert codes(queue(due, "intake", seq=1_001)) == {"NOT_TAKEN"}
    assert codes(queue(due, "intake", seq=999, key="another")) == {"NOT_TAKEN"}


def test_a_record_that_an_operator_discarded_has_ended(healthy: Evidence) -> None:
    parked = frozenset(row.id for row in healthy.tables["intake"].queue)
    changed = tables(no_row_of_the_parked(healthy), "intake", discarded=parked)
    assert judge(changed, at_rest=True).findings == ()


async def test_a_deadline_that_is_marked_as_passed_is_an_end() -> None:
    flow = await played(varied())
    flow.clock.advance(timedelta(days=40).total_seconds())
    await flow.run()
    assert judge(evidence_of(flow), at_rest=True).findings == ()


def about_the_second_cycle(evidence: Evidence) -> str:
    """The registration that was realised, corrected, and realised again."""
    return next(row.subject for row in evidence.tables["notifier"].effects if row.occasion == "connection 1 cycle 2")


def test_a_second_cycle_that_is_asked_and_comes_to_no_end_is_found_whatever_became_of_the_first(
    healthy: Evidence,
) -> None:
    me = about_the_second_cycle(healthy)
    for cycle in (2, 3):
        cut = unsaid(healthy, "provisioning", "link-realised", cycle)
        found = {one.about for one in judge(cut, at_rest=True).findings if one.code == "ENDED_NOWHERE"}
        assert found == ({f"registration {me}"} if cycle == 3 else set())


def nowhere(evidence: Evidence) -> set[str]:
    found = judge(evidence, at_rest=True).findings
    return {one.about.removeprefix("registration ") for one in found if one.code == "ENDED_NOWHERE"}


def test_a_cycle_that_was_never_enriched_or_a_connection_never_asked_for_is_found(healthy: Evidence) -> None:
    me = about_the_second_cycle(healthy)
    unasked = unsaid(unsaid(healthy, "provisioning", "link-realised"), "provisioning", "provisioning-requested")
    assert me in nowhere(unasked)
    assert nowhere(replace(unasked, since=healthy.now)) == nowhere(unasked) - {me}, "what was asked may lie before"
    cut = unsaid(unsaid(healthy, "provisioning", "link-realised", 3), "provisioning", "provisioning-requested", 3)
    assert nowhere(cut) == set(), "a correction may concern no connection"
    assert nowhere(unsaid(cut, "enrichment", "policy-enriched", 3)) == {me}


def seen_of(evidence: Evidence, topic: str, cycle: int) -> Iterator[Seen]:
    records = (seen_as(record) for log in evidence.logs.values() for record in log.records if record.topic == topic)
    return (one for one in records if data_of(one.record.value).get("cycle") == cycle)


def test_the_mail_of_a_second_cycle_is_owed_beside_that_of_the_first(healthy: Evidence) -> None:
    kept = tuple(row for row in healthy.tables["notifier"].effects if row.occasion != "connection 1 cycle 2")
    assert "NOT_PLANNED" in codes(tables(healthy, "notifier", effects=kept))


@pytest.mark.parametrize(
    ("outcome", "reason", "is_found"),
    [("emit", None, True), ("ignore", "NO_ADDRESS", True), ("ignore", "STALE_REVISION", False), ("park", "X", False)],
)
def test_a_mail_that_an_event_owes_is_missed_also_where_the_notifier_has_ignored_it(
    outcome: str,
    reason: str | None,
    is_found: bool,  # noqa: FBT001  a parameter of the test
    healthy: Evidence,
) -> None:
    (mail,) = (row for row in healthy.tables["notifier"].effects if row.occasion == "connection 1 cycle 2")
    (cause,) = (one.entry for one in seen_of(healthy, "link-realised", cycle=2))
    kept = tuple(row for row in healthy.tables["notifier"].effects if row != mail)
    answered = journal(
        tables(healthy, "notifier", effects=kept), "notifier",
        lambda row: replace(row, outcome=outcome, reason=reason) if row.id == cause else row,
    )  # fmt: skip
    assert ("NOT_PLANNED" in codes(answered)) == is_found


def test_an_end_that_keylane_heard_under_an_older_cycle_is_none(healthy: Evidence) -> None:
    assert "NOT_CALLED_OFF" not in codes(healthy)
    assert "NOT_CALLED_OFF" in codes(unsaid(healthy, "provisioning", "provisioning-cancelled", 1))


def test_the_same_asked_twice_in_a_second_cycle_is_found(healthy: Evidence) -> None:
    second = next(
        record
        for log in healthy.logs.values()
        for record in log.records
        if record.topic == "provisioning-requested" and data_of(record.value).get("cycle") == 2
    )
    assert "SAID_TWICE" in codes(append(healthy, another(second)))


def test_moments_are_told_on_amsterdam_s_clocks(healthy: Evidence) -> None:
    since = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    verdict = judge(replace(healthy, since=since), at_rest=True)
    assert "since 2026-07-02 00:30 only" in verdict.partly[Invariant.I4]
    states = healthy.tables["provisioning"].states
    late = tables(healthy, "provisioning", states=tuple(replace(row, due_at=since) for row in states))
    whats = {finding.what for finding in judge(late, at_rest=True).findings if finding.code == "DEADLINE_MISSED"}
    assert whats == {"its document provisioning was due at 2026-07-02 00:30, and nobody woke it"}
