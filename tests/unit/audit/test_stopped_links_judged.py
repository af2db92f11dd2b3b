"""The judge on links that have worked for a day and stop: their customers are asked for what Keylane needs, once."""

import asyncio
from dataclasses import replace
from typing import Any

from doctored import told_at_each_report, unsaid
from flow_in_memory import Flow, played
from forms import loket_form
from memory_evidence import evidence_of
from test_judge import codes

from ops.audit.judge.called_for import ASKED, REPORTED
from ops.audit.judge.evidence import Evidence, Log, Place

UNTOLD, TWICE = "STOP_UNTOLD", "STOP_TOLD_TWICE"


async def _stopped(*ids: str, ends: str = "") -> Flow:
    flow = Flow()
    flow.submit("works", loket_form(1))
    await played(flow)
    flow.stop("works", *ids)
    await flow.run()
    if ends:
        changes: dict[str, Any] = {"frequency": "four_weeks"} if ends == "correction" else {}
        flow.follow_up("after-it", "works", kind=ends, **changes)
        await flow.run()
    return flow


def _evidence(ends: str = "") -> Evidence:
    return evidence_of(asyncio.run(_stopped("stopped", "stopped-still", ends=ends)))


def _turned(place: Place, log: Log) -> Log:
    """The reports in another order than that of their dates."""
    if place.topic != REPORTED:
        return log
    turned = zip(reversed(log.records), log.records, strict=True)
    return replace(log, records=tuple(record._replace(offset=at.offset) for record, at in turned))


def test_a_customer_who_was_asked_once_is_in_order_and_one_who_was_not_or_again_is_found() -> None:
    evidence = _evidence()
    assert codes(evidence) == set()
    assert UNTOLD in codes(unsaid(evidence, "provisioning", ASKED))
    assert TWICE in codes(told_at_each_report(evidence))


def test_who_has_ended_or_corrected_it_need_not_be_asked() -> None:
    for ends in ("withdrawal", "correction"):
        evidence = _evidence(ends)
        assert codes(evidence) == set()
        assert UNTOLD not in codes(unsaid(evidence, "provisioning", ASKED))


def test_of_reports_that_came_in_another_order_nothing_is_said() -> None:
    evidence = _evidence()
    turned = {place: _turned(place, log) for place, log in evidence.logs.items()}
    for changed in (unsaid(evidence, "provisioning", ASKED), told_at_each_report(evidence)):
        logs = {place: turned[place] if place.topic == REPORTED else log for place, log in changed.logs.items()}
        assert not {UNTOLD, TWICE} & codes(replace(changed, logs=logs))
