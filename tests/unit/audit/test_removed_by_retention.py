"""What Keylane has on record longer than the topics hold it: no finding, and of the rest it still is one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from doctored import REQUEST, keylane
from doctoring import first_of, log, tables
from test_judge import codes

from ops.audit.judge.called_for import CANCELLED, REPORTED, REQUESTED
from ops.audit.judge.evidence import Evidence, KeylaneReport, SubmittedForm
from ops.audit.judge.heading import heading_of
from ops.audit.judge.history import said_at
from ops.audit.judge.seen import FORMS


def shortened(evidence: Evidence, topic: str) -> Evidence:
    """The beginning of one of its partitions is gone."""
    place, found = first_of(evidence, topic, records_min=2)
    second = found.records[1].offset
    return log(evidence, place, records=found.records[1:], begin=second, start=second)


@pytest.mark.parametrize(("minutes", "is_found"), [(-1, False), (0, False), (1, True), (None, False)])
def test_a_report_is_gone_only_if_it_was_said_after_what_its_topic_begins_with(
    healthy: Evidence, minutes: int | None, *, is_found: bool
) -> None:
    shorter = shortened(healthy, REPORTED)
    first = said_at(heading_of(first_of(healthy, REPORTED, records_min=2)[1].records[1].headers).time)
    assert first is not None
    time = "" if minutes is None else (first + timedelta(minutes=minutes)).isoformat()
    report = KeylaneReport("KL-gone", "somebody", published=True, time=time)
    assert "REPORT_GONE" in codes(keylane(healthy, reports=(report,)))
    assert "REPORT_GONE" not in codes(keylane(healthy, reports=(replace(report, published=False),)))
    assert ("REPORT_GONE" in codes(keylane(shorter, reports=(report,)))) is is_found


def test_of_a_topic_that_is_gone_whole_no_report_is_missed(healthy: Evidence) -> None:
    place, found = first_of(healthy, REPORTED)
    emptied = log(healthy, place, records=(), begin=found.end, start=found.end)
    report = KeylaneReport("KL-gone", "somebody", published=True, time=healthy.now.isoformat())
    assert "REPORT_GONE" not in codes(keylane(emptied, reports=(report,)))


@pytest.mark.parametrize("topic", [REQUESTED, CANCELLED])
def test_a_request_comes_from_nowhere_only_where_its_topic_is_whole(healthy: Evidence, topic: str) -> None:
    place, found = first_of(healthy, topic)
    shorter = log(healthy, place, records=(), begin=found.end, start=found.end)
    request = replace(REQUEST, id="long-ago")
    assert "REQUEST_FROM_NOWHERE" in codes(keylane(healthy, request))
    assert "REQUEST_FROM_NOWHERE" not in codes(keylane(shorter, request))


@pytest.mark.parametrize("topic", [REQUESTED, REPORTED])
def test_what_is_gone_of_one_partition_excuses_nothing_in_another(healthy: Evidence, topic: str) -> None:
    place, found = first_of(healthy, topic)
    emptied = log(healthy, place, records=(), begin=found.end, start=found.end)
    here = {row.key for row in healthy.tables["intake"].states if row.lane == place.partition}
    elsewhere = {row.key for row in healthy.tables["intake"].states if row.lane not in {place.partition, -1}}
    for subject in (min(here), min(elsewhere)):
        request = replace(REQUEST, id="long-ago", subject=subject)
        report = KeylaneReport("KL-gone", subject, published=True, time=healthy.now.isoformat())
        told = keylane(emptied, request) if topic == REQUESTED else keylane(emptied, reports=(report,))
        assert bool(codes(told) & {"REQUEST_FROM_NOWHERE", "REPORT_GONE"}) is (subject in elsewhere)


def test_a_form_that_its_topic_forgot_is_gone_where_nobody_had_read_it(healthy: Evidence) -> None:
    place, found = first_of(healthy, FORMS)
    emptied = log(healthy, place, records=(), begin=found.end, start=found.end)
    assert "FORM_GONE" not in codes(emptied)
    unread = replace(emptied, submitted=(SubmittedForm("never-read"),))
    assert "FORM_GONE" in codes(unread)
    assert "FORM_GONE" not in codes(replace(unread, since=healthy.now))
    assert "FORM_GONE" not in codes(tables(unread, "intake", pruned_up_to=healthy.now))
    assert "FORM_GONE" in codes(tables(unread, "timeline", pruned_up_to=healthy.now)), "it reads no forms"
