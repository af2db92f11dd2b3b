"""The judge on order: what stands behind a later one, and what was handled though another blocked it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from doctored import CHANGES, altered_all
from doctoring import journal, tables
from memory_evidence import evidence_of
from test_judge import codes, followed_up
from test_part_of_the_past import moments, part_of

from ops.audit.judge.called_for import REPORTED
from ops.audit.judge.evidence import Evidence
from ops.audit.judge.history import said_at
from ops.audit.judge.seen import seen_as


async def test_what_is_said_again_is_in_order_also_where_the_first_of_it_was_not_read() -> None:
    flow = await followed_up()
    flow.repeat_everything()
    await flow.run()
    evidence = evidence_of(flow)
    since = moments(evidence)[::4]
    assert {at: codes(part_of(evidence, at)) for at in since} == {at: set() for at in since}


def test_two_events_of_one_revision_are_not_in_order(healthy: Evidence) -> None:
    assert {"SAID_TWICE", "OUT_OF_ORDER"} <= codes(CHANGES["SAID_TWICE"](healthy))


def test_how_others_number_what_they_say_is_theirs(healthy: Evidence) -> None:
    numbered = altered_all(healthy, REPORTED, lambda one: one._replace(headers=(*one.headers, ("ce_revision", b"7"))))
    assert "OUT_OF_ORDER" not in codes(numbered)


@pytest.mark.parametrize(("outcome", "found"), [("emit", ["OVERTAKEN"]), ("ignore", ["OVERTAKEN"]), ("park", [])])
def test_what_was_handled_behind_a_block_is_found_whatever_it_said(
    outcome: str, found: list[str], healthy: Evidence
) -> None:
    silent = journal(
        CHANGES["OVERTAKEN"](healthy), "provisioning", lambda row: replace(row, outcome=outcome, events=())
    )
    assert [code for code in codes(silent) if code == "OVERTAKEN"] == found


@pytest.mark.parametrize("changes", [{"blocks": False}, {"handled": True}, {"kind": "queued"}, {"partition": 99}])
def test_behind_what_does_not_block_or_came_by_another_way_anything_may_be_handled(
    changes: dict[str, Any], healthy: Evidence
) -> None:
    blocked = CHANGES["OVERTAKEN"](healthy)
    rows = tuple(replace(row, **changes) for row in blocked.tables["provisioning"].queue)
    assert "OVERTAKEN" not in codes(tables(blocked, "provisioning", queue=rows))


def test_what_stood_before_a_block_and_was_tried_again_has_overtaken_nothing(healthy: Evidence) -> None:
    blocked = CHANGES["OVERTAKEN"](healthy)
    (first,) = (row for row in blocked.tables["provisioning"].queue if row.kind == "parked")
    before = first.first_at - timedelta(days=1)
    tried_again = journal(blocked, "provisioning", lambda row: replace(row, first_at=before))
    assert "OVERTAKEN" in codes(blocked)
    assert "OVERTAKEN" not in codes(tried_again)


def test_what_a_worker_parked_whose_clock_was_set_back_was_not_there_before_its_event(healthy: Evidence) -> None:
    blocked = CHANGES["OVERTAKEN"](healthy)
    (first,) = (row for row in blocked.tables["provisioning"].queue if row.kind == "parked")
    rows = blocked.tables["provisioning"].journal
    before = next(row for row in rows if row.subject == first.key)
    parked = replace(before, id=first.id, outcome="park", events=(), first_at=max(row.first_at for row in rows))
    assert "OVERTAKEN" in codes(blocked)
    assert "OVERTAKEN" not in codes(tables(blocked, "provisioning", journal=(*rows, parked)))


def test_what_the_journal_dates_by_its_event_may_have_been_handled_before_the_block(healthy: Evidence) -> None:
    blocked = CHANGES["OVERTAKEN"](healthy)
    seen = [seen_as(record) for log in healthy.logs.values() for record in log.records]
    said = {one.entry: said_at(one.heading.time) for one in seen}
    by_its_event = journal(blocked, "provisioning", lambda row: replace(row, first_at=said.get(row.id) or row.first_at))
    assert "OVERTAKEN" in codes(blocked)
    assert "OVERTAKEN" not in codes(by_its_event)
