"""A pruned journal, judged: what lies before the line may be gone, and what comes after it is judged as ever."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from doctored import CHANGES, unsaid
from doctoring import journal, tables
from flow_in_memory import NOW, SOURCE, Flow, played
from forms import loket_form
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_evidence import evidence_of
from test_forced_judged import force, said_again
from test_healthy_histories import SENT, Sent, happen
from test_judge import codes, followed_up, healthy_day

from ops.audit.judge.evidence import Evidence
from ops.audit.judge.heading import heading_of
from ops.audit.judge.seen import seen_as
from ops.audit.judge.verdict import judge
from ops.audit.report import report_lines, view
from schemas.flow import ENRICHMENT, NOTIFIER, SERVICE_NAMES
from schemas.ids import registration_id
from stream.memory.broker import Log

LINE = NOW + timedelta(days=60)
DAY_S = 86_400


def prune(flow: Flow, services: Collection[str] = SERVICE_NAMES, *, days: int = 60) -> int:
    return sum(flow.databases[service].tables.prune(NOW + timedelta(days=days)) for service in services)


def judged(flow: Flow) -> Evidence:
    """The evidence; the ledger dates the mails of which nobody says any more that they were sent."""
    evidence = evidence_of(flow)
    told = {row.id for row in evidence.tables["notifier"].journal}
    dated = (row if row.id in told else replace(row, planned_at=NOW) for row in evidence.tables["notifier"].effects)
    return tables(evidence, "notifier", effects=tuple(dated))


def expire(flow: Flow, days: int) -> None:
    """Let the topics forget what was said before that day."""
    moment = (NOW + timedelta(days=days)).isoformat(timespec="milliseconds")
    for place, log in flow.broker.logs.items():
        flow.broker.expire(place, log.begin + _old(log, moment))


def _old(log: Log, moment: str) -> int:
    new = (nth for nth, record in enumerate(log.records) if heading_of(record.headers).time >= moment[:10])
    return next(new, len(log.records))


async def pass_by(flow: Flow) -> None:
    """Let more than a year go by."""
    for _ in range(10):
        flow.clock.advance(50 * DAY_S)
        await flow.run()


async def two_days(services: Collection[str] = SERVICE_NAMES) -> Flow:
    """A day with everything in it, one that is usual long after, and journals pruned up to some day between."""
    flow = await followed_up()
    await pass_by(flow)
    for number in range(3):
        flow.submit(f"later-{number}", loket_form(50 + number))
    flow.submit("later-repeated", loket_form(50))
    await flow.run()
    flow.follow_up("later-renewal", "later-1", frequency="four_weeks")
    flow.follow_up("late-renewal", "usual-0", cycle=3, frequency="four_weeks")
    await flow.run()
    assert prune(flow, services) > 0
    return flow


@pytest.fixture(scope="module")
def pruned() -> Evidence:
    return judged(asyncio.run(two_days()))


@pytest.mark.parametrize("at_rest", [True, False])
def test_what_pruning_took_is_not_missed(pruned: Evidence, at_rest: bool) -> None:  # noqa: FBT001  a parameter
    assert judge(pruned, at_rest=at_rest).findings == ()


@pytest.mark.parametrize("services", [SERVICE_NAMES, ["notifier"], ["intake", "provisioning"]])
async def test_mails_and_decisions_that_were_forced_before_the_line_stay_asked_for(services: Collection[str]) -> None:
    flow = await followed_up()
    for epoch, party in enumerate((ENRICHMENT, NOTIFIER), start=1):
        await force(flow, party, epoch)
    flow.clock.advance(100 * DAY_S)
    await flow.run()
    await force(flow, NOTIFIER, 3)
    assert prune(flow, services) > 0
    assert codes(judged(flow)) == set()
    expire(flow, days=60)
    assert codes(replace(judged(flow), submitted=None)) == set()


async def test_what_was_forced_to_be_said_again_is_no_double_where_that_is_forgotten_and_its_topic_is_not() -> None:
    flow = await said_again()
    flow.clock.advance(100 * DAY_S)
    await flow.run()
    assert prune(flow) > 0
    assert codes(judged(flow)) == set()
    assert "SAID_TWICE" in codes(CHANGES["SAID_TWICE"](judged(flow)))


def test_it_is_counted_and_told(pruned: Evidence) -> None:
    verdict = judge(pruned, at_rest=True)
    intake = next(account for account in verdict.accounts if account.service == "intake")
    assert intake.forgotten > 0
    assert intake.received == intake.done + intake.parked + intake.moved + intake.forgotten
    lines = list(report_lines(view(pruned, verdict), 20))
    assert f"{intake.forgotten} forgotten" in next(line for line in lines if line.startswith("  intake"))


def test_without_a_line_on_record_all_of_it_is_missed(pruned: Evidence) -> None:
    unsaid = pruned
    for service in SERVICE_NAMES:
        unsaid = tables(unsaid, service, pruned_up_to=None)
    assert codes(unsaid) >= {"NOT_IN_JOURNAL", "DOES_NOT_ADD_UP", "EVENT_FROM_NOWHERE", "DOCUMENT_APART"}


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_what_is_gone_from_after_the_line_is_found(service: str, pruned: Evidence) -> None:
    me = registration_id(SOURCE, "later-2")
    entries = {seen_as(record).entry for log in pruned.logs.values() for record in log.records}
    mine = [row for row in pruned.tables[service].journal if row.subject == me and row.id in entries]
    newest = max(mine, key=lambda row: (row.first_at, len(row.events)))
    found = codes(journal(pruned, service, lambda row: None if row is newest else row))
    assert ("NOT_IN_JOURNAL" in found, "EVENT_FROM_NOWHERE" in found) == (True, bool(newest.events))


def test_of_a_registration_whose_beginning_is_gone_a_gap_after_the_line_is_found(pruned: Evidence) -> None:
    rows = [row for row in pruned.tables["provisioning"].states if row.lane >= 0]
    more = tuple(replace(row, revision=row.revision + 1) for row in rows if row.revision)
    apart = {
        finding.about
        for finding in judge(tables(pruned, "provisioning", states=more), at_rest=True).findings
        if finding.code == "DOCUMENT_APART"
    }
    said = [heading_of(event.headers) for row in pruned.tables["provisioning"].journal for event in row.events]
    said_since = {one.subject for one in said if datetime.fromisoformat(one.time) > LINE}
    assert apart == {f"provisioning, registration {subject}" for subject in said_since}


@pytest.mark.parametrize(
    ("about", "planned_at"),
    [("usual-0", LINE + timedelta(days=1)), ("later-2", NOW)],
    ids=["its beginning is gone", "nothing else of it is gone"],
)
def test_a_mail_that_is_sent_and_of_which_nothing_is_said_is_missed(
    about: str, planned_at: datetime, pruned: Evidence
) -> None:
    effects = pruned.tables["notifier"].effects
    mail = next(row for row in effects if row.subject == registration_id(SOURCE, about))
    silent = replace(mail, id=UUID(int=1), planned_at=planned_at)
    assert "SENT_UNSAID" in codes(tables(pruned, "notifier", effects=(*effects, silent)))


async def test_what_comes_to_no_end_after_the_line_is_found_whatever_its_readers_have_forgotten() -> None:
    evidence = judged(await two_days({*SERVICE_NAMES} - {"intake"}))
    assert codes(evidence) == set()
    silent = unsaid(evidence, "provisioning", "link-realised", cycle=4)
    assert "ENDED_NOWHERE" in codes(silent)


def test_a_repeat_that_says_something_else_is_found_where_the_journal_has_forgotten_the_first(pruned: Evidence) -> None:
    assert "REPEAT_DIFFERS" in codes(CHANGES["REPEAT_DIFFERS"](pruned))


async def test_a_mail_that_nothing_called_for_is_found_whatever_its_sender_has_forgotten() -> None:
    evidence = judged(await two_days({NOTIFIER.name}))
    effects = evidence.tables["notifier"].effects
    mail = next(row for row in effects if row.subject == registration_id(SOURCE, "usual-0"))
    more = replace(mail, id=UUID(int=1), occasion="cycle 99")
    assert "MAIL_WITHOUT_EVENT" in codes(tables(evidence, "notifier", effects=(*effects, more)))


async def test_a_connection_may_be_registered_anew_after_an_end_that_is_forgotten() -> None:
    flow = Flow()
    flow.keylane[flow.submit("refused", loket_form(1))] = ("failed",)
    await played(flow)
    await pass_by(flow)
    flow.submit("anew", loket_form(1))
    await flow.run()
    prune(flow, {"provisioning"})
    expire(flow, 60)
    assert judge(replace(judged(flow), submitted=None), at_rest=True).findings == ()


def test_a_record_without_a_time_is_never_taken_for_forgotten(pruned: Evidence) -> None:
    place, log = next((p, one) for p, one in pruned.logs.items() if p.topic == "form-received" and one.records)
    first = log.records[0]._replace(headers=(), value=b"{")
    untimed = replace(pruned, logs={**pruned.logs, place: replace(log, records=(first, *log.records[1:]))})
    assert "NOT_IN_JOURNAL" in codes(untimed)


@pytest.mark.long
@pytest.mark.parametrize("code", CHANGES)
def test_every_finding_is_still_found_after_the_line(code: str, with_a_line: Evidence) -> None:
    assert code in codes(CHANGES[code](with_a_line))


@pytest.fixture(scope="module")
def with_a_line() -> Evidence:
    """A day in a system whose journals were pruned up to the day before."""
    found = healthy_day()
    for service in SERVICE_NAMES:
        found = tables(found, service, pruned_up_to=NOW - timedelta(days=1))
    return found


async def test_an_id_that_two_bodies_share_is_read_again_although_one_of_them_is_forgotten() -> None:
    flow = Flow()
    flow.submit("twice", loket_form(0))
    for lane in (None, 0):
        flow.submit("twice", loket_form(0, company_name="Elders"), lane=lane)
    await played(flow)
    prune(flow, ["intake"])
    flow.repeat_everything()
    await flow.run()
    assert judge(replace(judged(flow), submitted=None), at_rest=True).findings == ()


@pytest.mark.long
@settings(max_examples=20)
@given(
    st.lists(SENT, max_size=8),
    st.lists(SENT, max_size=4),
    st.dictionaries(st.sampled_from(SERVICE_NAMES), st.integers(1, 80), max_size=5),
    st.none() | st.integers(0, 80),
)
def test_whatever_was_pruned_where_a_healthy_history_is_clean(
    morning: list[Sent], evening: list[Sent], lines: dict[str, int], expired: int | None
) -> None:
    """Topics keep less than journals do, so they forget nothing that lies after a line, and may forget more before."""
    flow = Flow()

    async def days() -> None:
        await flow.start()
        for later, sents, wait_days in ((0, morning, 45), (10, evening, 40)):
            for sent in sents:
                happen(flow, replace(sent, submission=sent.submission + later))
            await flow.run()
            flow.clock.advance(wait_days * DAY_S)
            await flow.run()

    asyncio.run(days())
    if expired is not None:
        expire(flow, max(expired, *lines.values(), 0))
    for service, day in lines.items():
        prune(flow, [service], days=day)
    evidence = replace(judged(flow), submitted=None)
    assert judge(evidence, at_rest=True).findings == ()
    assert judge(evidence, at_rest=False).findings == ()
    flow.repeat_everything()
    asyncio.run(flow.run())
    assert judge(replace(judged(flow), submitted=None), at_rest=True).findings == ()
