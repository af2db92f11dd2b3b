"""Where there is too much to read, the newest part is judged: nothing is missed for lying before it."""

from dataclasses import replace
from datetime import datetime

import pytest
from doctored import CHANGES
from doctoring import journal
from memory_evidence import evidence_of
from test_forced_judged import said_again
from test_judge import codes, healthy_day

from ops.audit.judge.called_for import CANCELLED, REPORTED, REQUESTED
from ops.audit.judge.evidence import (
    Evidence,
    KeylaneCancellation,
    KeylaneRecord,
    KeylaneReport,
    KeylaneRequest,
    Log,
    LogRecord,
    Tables,
)
from ops.audit.judge.heading import data_of, heading_of
from ops.audit.judge.history import said_at
from ops.audit.judge.seen import Seen, seen_as
from ops.audit.postgres_evidence import Wanted
from ops.audit.read import wanted_rows


def time_of(record: LogRecord) -> datetime | None:
    return said_at(heading_of(record.headers).time)


def part_of(evidence: Evidence, since: datetime) -> Evidence:
    """What is read from this moment on: the records, and the rows that they name."""
    logs = {place: _part(log, since) for place, log in evidence.logs.items()}
    wanted = wanted_rows({place: list(log.records) for place, log in logs.items()}, evidence.mails or ())
    tables = {service: _named(rows, wanted) for service, rows in evidence.tables.items()}
    return replace(evidence, logs=logs, tables=tables, since=since)


def _part(log: Log, since: datetime) -> Log:
    at = next((n for n, record in enumerate(log.records) if (time_of(record) or since) >= since), len(log.records))
    kept = log.records[at:]
    return replace(log, records=kept, start=kept[0].offset if at and kept else log.end if at else 0)


def _named(rows: Tables, wanted: Wanted) -> Tables:
    effects = tuple(row for row in rows.effects if row.subject in wanted.subjects or row.id in set(wanted.mails))
    queued = {row.id for row in rows.queue} | {row.answered_by for row in rows.queue}
    known = queued | set(wanted.entries) | {row.id for row in effects}
    return replace(
        rows,
        journal=tuple(row for row in rows.journal if row.id in known),
        states=tuple(row for row in rows.states if row.key in wanted.subjects),
        effects=effects,
    )


def seen_in(evidence: Evidence, topic: str) -> list[Seen]:
    found = [seen_as(record) for place, log in evidence.logs.items() if place.topic == topic for record in log.records]
    return [one for one in found if one.subject]


def of_link(one: Seen) -> tuple[str, int, int]:
    data = data_of(one.record.value)
    return one.subject, int(data["contact"]["connection"]), data["cycle"]


def with_keylane(evidence: Evidence) -> Evidence:
    """Keylane has on record all that it was told, and all that it has said."""
    asked = [
        KeylaneRequest(one.heading.source, one.heading.id, *of_link(one), "planned")
        for one in seen_in(evidence, REQUESTED)
    ]
    told = [KeylaneCancellation(one.heading.id, *of_link(one)) for one in seen_in(evidence, CANCELLED)]
    said = [KeylaneReport(one.heading.id, one.subject, True, one.heading.time) for one in seen_in(evidence, REPORTED)]
    return replace(evidence, keylane=KeylaneRecord(tuple(asked), tuple(said), tuple(told)))


@pytest.fixture(scope="module")
def healthy() -> Evidence:
    return with_keylane(healthy_day())


def moments(evidence: Evidence) -> list[datetime]:
    return sorted({at for log in evidence.logs.values() for record in log.records if (at := time_of(record))})


def test_a_healthy_day_is_clean_from_whatever_moment_on_it_is_read(healthy: Evidence) -> None:
    since = moments(healthy)
    assert len(since) > 10
    assert {at: codes(part_of(healthy, at)) for at in since} == {at: set() for at in since}


@pytest.mark.parametrize("code", ["FORM_GONE", "REQUEST_FROM_NOWHERE", "REPORT_GONE", "NOT_PUBLISHED"])
def test_what_others_have_on_record_and_the_part_should_hold_is_missed_in_it(code: str) -> None:
    evidence = CHANGES[code](healthy_day())
    first, *_, last = moments(evidence)
    assert code in codes(part_of(evidence, first))
    assert code not in codes(part_of(evidence, last)), "it may lie before"


@pytest.mark.parametrize(("outcome", "is_found"), [("emit", True), ("ignore", False)])
def test_of_a_form_that_was_sent_again_the_answer_may_lie_before(
    outcome: str,
    is_found: bool,  # noqa: FBT001  a parameter of the test
    healthy: Evidence,
) -> None:
    silent = CHANGES["NO_ANSWER"](healthy)
    handled = journal(
        silent, "intake", lambda row: row if row.events or row.outcome == "park" else replace(row, outcome=outcome)
    )
    assert "NO_ANSWER" in codes(handled)
    assert ("NO_ANSWER" in codes(replace(handled, since=healthy.now))) is is_found


async def test_what_was_forced_to_be_said_again_is_no_double_there_and_what_others_say_twice_is() -> None:
    evidence = evidence_of(await said_again())
    first, *_ = moments(evidence)
    assert codes(part_of(evidence, first)) == set()
    assert "SAID_TWICE" in codes(part_of(CHANGES["SAID_TWICE"](evidence), first))
