from datetime import UTC, datetime
from uuid import UUID

import pytest

from faults.simulation.campaign import play
from faults.simulation.forgotten import Forgotten
from ops.audit.judge.called_for import Link
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import Fact
from stream.memory.tables import Tables
from stream.record import Message
from stream.store import JournalEntry, OutcomeKind

OLDER = "older database"
SAID, KEPT = "01a2027b-0000-8000-8000-000000000001", "01a2027b-0000-8000-8000-000000000002"
REGISTRATION, OTHER = "6a59681a-5a75-836c-911d-037a5e77f085", "2f315239-9e00-8a1a-911f-7f7d1c9ec5e2"
MAIL = UUID(int=7)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.long
def test_of_a_database_that_comes_back_older_nothing_is_lost_and_what_is_held_back_is_not_sent_twice() -> None:
    campaign = play(range(20), only=OLDER)
    assert list(campaign.problems()) == []
    assert (campaign.lost, campaign.double) == (0, 0)
    assert campaign.tally.faults[f"{OLDER}, services kept stopped"] > 0
    assert campaign.tally.faults[f"{OLDER} noticed later"] > 0


@pytest.mark.long
def test_a_kind_alone_has_no_other_fault_beside_it() -> None:
    by_hand = {"retried by a human", "mail settled by a human"}
    assert all(name.startswith("killed") for name in play(range(5), only="kill").tally.faults.keys() - by_hand)


def recorded(*events: str) -> Tables:
    entries = [
        JournalEntry(
            UUID(int=number), b"", 1, OutcomeKind.EMIT, None,
            (Message("link-realised", 0, event[:36], 1, (("ce_id", event[36:].encode()),), b"{}"),), event[:36], NOW,
        )
        for number, event in enumerate(events)
    ]  # fmt: skip
    return Tables(journal={one.id: one for one in entries})


def found(code: str, about: str, what: str = "") -> Finding:
    return Finding(Invariant.I5, code, about, what, "look")


def test_what_only_the_newer_database_had_said_explains_what_the_judge_finds_of_it() -> None:
    forgotten = Forgotten()
    forgotten.add(recorded(OTHER + KEPT, REGISTRATION + SAID), recorded(OTHER + KEPT))
    assert forgotten.explains(found("EVENT_FROM_NOWHERE", "link-realised 0 @ 3", f"event {SAID} is in the topic"), ())
    assert not forgotten.explains(found("EVENT_FROM_NOWHERE", "link-realised 0 @ 2", f"event {KEPT} is there"), ())
    assert forgotten.explains(found("OUT_OF_ORDER", f"registration {REGISTRATION}"), ())
    assert not forgotten.explains(found("OUT_OF_ORDER", f"registration {OTHER}"), ())


def test_what_a_reader_put_aside_explains_a_mail_that_was_never_planned_and_a_second_holder() -> None:
    forgotten = Forgotten()
    forgotten.add(recorded(OTHER + KEPT, REGISTRATION + SAID), recorded(OTHER + KEPT))
    for code in ("NOT_PLANNED", "CLAIMED_TWICE"):
        assert forgotten.explains(found(code, f"registration {REGISTRATION}"), {REGISTRATION})
        assert not forgotten.explains(found(code, f"registration {REGISTRATION}"), {OTHER})
        assert not forgotten.explains(found(code, f"registration {OTHER}"), {OTHER})


def test_no_mail_that_was_sent_twice_and_nothing_that_is_gone_is_explained() -> None:
    forgotten = Forgotten()
    forgotten.add(recorded(REGISTRATION + SAID), Tables())
    for code in ("MAIL_TWICE", "NOT_PUBLISHED", "FORM_GONE", "NOT_IN_JOURNAL", "PLANNED_TWICE"):
        assert not forgotten.explains(found(code, f"registration {REGISTRATION}", f"event {SAID}"), ())


def test_a_mail_that_stands_in_no_ledger_is_explained_when_the_ledger_has_forgotten_it() -> None:
    forgotten = Forgotten()
    forgotten.mails.add(MAIL)
    assert forgotten.explains(found("MAIL_FROM_NOWHERE", f"mail {MAIL}"), ())
    assert not forgotten.explains(found("MAIL_FROM_NOWHERE", f"mail {UUID(int=8)}"), ())


def test_a_mail_that_the_ledger_forgot_and_that_was_refused_when_it_was_planned_anew_is_explained() -> None:
    forgotten = Forgotten()
    forgotten.mails.add(MAIL)
    said = f"mail link-requested (id {MAIL}), is FAILED by the ledger, and was accepted"
    assert forgotten.explains(found("FAILED_YET_THERE", f"registration {REGISTRATION}", said), ())
    other = said.replace(str(MAIL), str(UUID(int=8)))
    assert not forgotten.explains(found("FAILED_YET_THERE", f"registration {REGISTRATION}", other), ())


def test_a_forgotten_mail_that_was_sent_twice_is_explained_where_a_reader_put_the_second_event_aside() -> None:
    forgotten = Forgotten()
    forgotten.mails.add(MAIL)
    forgotten.add(recorded(REGISTRATION + SAID), Tables())
    twice = found("MAIL_TWICE", f"registration {REGISTRATION}, mail registration-rejected", f"(Message-ID {MAIL})")
    assert forgotten.explains(twice, {REGISTRATION})
    assert not forgotten.explains(twice, {OTHER})
    kept = found("MAIL_TWICE", twice.about, f"(Message-ID {UUID(int=8)})")
    assert not forgotten.explains(kept, {REGISTRATION})


def realised(subject: str, cycle: int, code: str) -> Fact:
    data = {"cycle": cycle, "contact": {"connection": 1, "employer_code": code}}
    return Fact("link-realised", f"{subject} {cycle}", subject, "", UUID(int=cycle), data)


def test_a_link_of_an_earlier_cycle_that_was_said_only_the_second_time_is_no_lost_one() -> None:
    forgotten = Forgotten()
    forgotten.add(recorded(REGISTRATION + SAID), Tables())
    behind = Link(REGISTRATION, "1")
    assert forgotten.said_behind([realised(REGISTRATION, 2, "2"), realised(REGISTRATION, 1, "1")]) == {behind}
    assert not forgotten.said_behind([realised(REGISTRATION, 1, "1")])
    assert not forgotten.said_behind([realised(REGISTRATION, 2, "1"), realised(REGISTRATION, 1, "1")])
    assert not forgotten.said_behind([realised(OTHER, 2, "2"), realised(OTHER, 1, "1")])
