"""The judge on links that have worked for a day and stop: their customers are asked for what Keylane needs, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from doctored import told_at_each_report, unsaid
from flow_in_memory import NOW, SAYS, Flow, form_of_entities, played
from forms import loket_form
from memory_evidence import evidence_of
from test_forced_judged import force
from test_judge import codes

from ops.audit.judge.called_for import ASKED, REPORTED
from ops.audit.judge.evidence import Evidence, Log, Place
from schemas.events.provisioning_reported import Report
from schemas.flow import PROVISIONING
from schemas.values import Finding
from services.provisioning.documents import Provisioning

UNTOLD, TWICE = "STOP_UNTOLD", "STOP_TOLD_TWICE"
HOUR_S = 3_600
DAY_S = 24 * HOUR_S
WORKS: Report = "configured"
NEEDS: Report = "customer_action_needed"


async def _stopped(ends: str = "") -> Evidence:
    flow = Flow()
    flow.submit("works", loket_form(1))
    await played(flow)
    flow.stop("works", "stopped", "stopped-still")
    await flow.run()
    if ends:
        changes: dict[str, Any] = {"frequency": "four_weeks"} if ends == "correction" else {}
        flow.follow_up("after-it", "works", kind=ends, **changes)
        await flow.run()
    return evidence_of(flow)


def _turned(place: Place, log: Log) -> Log:
    """The reports in another order than that of their dates."""
    if place.topic != REPORTED:
        return log
    turned = zip(reversed(log.records), log.records, strict=True)
    return replace(log, records=tuple(record._replace(offset=at.offset) for record, at in turned))


async def test_a_customer_who_was_asked_once_is_in_order_and_one_who_was_not_or_again_is_found() -> None:
    evidence = await _stopped()
    assert codes(evidence) == set()
    assert UNTOLD in codes(unsaid(evidence, "provisioning", ASKED))
    assert TWICE in codes(told_at_each_report(evidence))


async def test_who_has_ended_or_corrected_it_need_not_be_asked() -> None:
    for ends in ("withdrawal", "correction"):
        evidence = await _stopped(ends)
        assert codes(evidence) == set()
        assert UNTOLD not in codes(unsaid(evidence, "provisioning", ASKED))


async def test_of_reports_that_came_in_another_order_nothing_is_said() -> None:
    evidence = await _stopped()
    turned = {place: _turned(place, log) for place, log in evidence.logs.items()}
    for changed in (unsaid(evidence, "provisioning", ASKED), told_at_each_report(evidence)):
        logs = {place: turned[place] if place.topic == REPORTED else log for place, log in changed.logs.items()}
        assert not {UNTOLD, TWICE} & codes(replace(changed, logs=logs))


@pytest.mark.parametrize(
    "said",
    [
        ((2 * DAY_S, WORKS), (HOUR_S, NEEDS), (2 * DAY_S, NEEDS)),
        ((2 * DAY_S, NEEDS), (DAY_S, NEEDS), (0, WORKS), (2 * DAY_S, NEEDS)),
    ],
)
async def test_a_word_that_takes_nothing_back_makes_no_need_a_new_one(said: tuple[tuple[int, Report], ...]) -> None:
    flow = Flow()
    flow.submit("works", loket_form(1))
    await played(flow)
    for nth, (after_s, report) in enumerate(said):
        flow.clock.advance(after_s)
        flow.say("works", f"said-{nth}", report)
    await flow.run()
    assert codes(evidence_of(flow)) == set()


async def test_so_it_is_where_keylane_has_named_the_first_exchange() -> None:
    flow = Flow()
    flow.keylane[flow.submit("works", loket_form(1))] = ()
    await played(flow)
    flow.say("works", "named", WORKS, NOW.date() + timedelta(days=30))
    await flow.run()
    flow.stop("works", "stopped", "stopped-still")
    await flow.run()
    evidence = evidence_of(flow)
    assert codes(evidence) == set()
    assert UNTOLD in codes(unsaid(evidence, "provisioning", ASKED))
    assert TWICE in codes(told_at_each_report(evidence))


async def test_who_has_taken_it_out_need_not_be_asked_whatever_others_have_forgotten() -> None:
    flow = Flow()
    flow.submit("several", form_of_entities("several", 10, 2))
    await played(flow)
    flow.follow_up("away", "several", kind="withdrawal", connections=[{"connection": 1}])
    await flow.run()
    flow.stop("several", "stopped")
    await flow.run()
    assert codes(evidence_of(flow)) == set()
    flow.databases["intake"].tables.prune(flow.clock.now())
    assert codes(evidence_of(flow)) == set()


def _let_need(flow: Flow, *findings: Finding) -> None:
    """Provisioning takes this for what the customer was asked."""
    states = flow.databases[PROVISIONING.name].tables.states
    ((key, (lane, state)),) = ((key, one) for key, one in states.items() if key.kind == Provisioning.kind)
    known = state.document
    assert isinstance(known, Provisioning)
    states[key] = lane, state._replace(document=known.with_links([known.links[0].but(findings=findings)]))


async def test_who_was_asked_because_an_operator_forced_it_is_asked() -> None:
    flow = Flow()
    flow.submit("works", loket_form(1))
    await played(flow)
    _let_need(flow, *SAYS[NEEDS])
    flow.stop("works", "stopped")
    await flow.run()
    assert UNTOLD in codes(evidence_of(flow))
    _let_need(flow)
    await force(flow, PROVISIONING, 1)
    assert flow.broker.records(ASKED)
    assert codes(evidence_of(flow)) == set()
