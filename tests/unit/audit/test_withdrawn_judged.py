"""The judge on connections that were withdrawn: they need no end of their own, and Keylane has to hear of each."""

from doctored import unsaid
from flow_in_memory import Flow, form_of_entities, played
from forms import loket_form
from memory_evidence import evidence_of
from test_judge import codes

from stream.document import Gate
from stream.queue_timing import TICK_APART_S_MAX
from stream.store import StateRow


def _withdraw(flow: Flow) -> None:
    flow.follow_up("away", "several", kind="withdrawal", connections=[{"connection": 2}])


async def _withdrawn_from_keylane() -> Flow:
    flow = Flow()
    flow.submit("several", form_of_entities("several", 10, 3))
    await played(flow)
    _withdraw(flow)
    await flow.run()
    return flow


async def test_a_connection_that_is_called_off_is_in_order_and_one_that_is_not_is_found() -> None:
    evidence = evidence_of(await _withdrawn_from_keylane())
    assert codes(evidence) == set()
    assert "NOT_CALLED_OFF" in codes(unsaid(evidence, "provisioning", "provisioning-cancelled"))


async def test_a_connection_that_was_withdrawn_before_it_was_asked_for_needs_no_end() -> None:
    flow = Flow()
    form = form_of_entities("several", 10, 3)
    flow.submit("several", form, known=False)
    await played(flow)
    _withdraw(flow)
    await flow.run()
    flow.find_policy(form)
    (gate,) = flow.policies
    flow.databases["enrichment"].tables.states[Gate.at(gate)] = (-1, StateRow(Gate(open=True), 1))
    flow.clock.advance(TICK_APART_S_MAX)
    await flow.run()
    evidence = evidence_of(flow)
    assert codes(evidence) == set()
    assert "ENDED_NOWHERE" in codes(unsaid(evidence, "intake", "connections-withdrawn"))


async def test_a_registration_that_was_withdrawn_needs_no_end_of_its_connections() -> None:
    flow = Flow()
    flow.keylane[flow.submit("silent", loket_form(1))] = ()
    await played(flow)
    flow.follow_up("away", "silent", kind="withdrawal")
    await flow.run()
    evidence = evidence_of(flow)
    assert codes(evidence) == set()
    assert "ENDED_NOWHERE" in codes(unsaid(evidence, "intake", "registration-ended"))


async def test_what_was_withdrawn_may_be_another_s_and_what_was_not_may_not() -> None:
    flow = await _withdrawn_from_keylane()
    entities = form_of_entities("anew", 10, 3)
    flow.submit("anew", {**entities, "connections": [None, entities["connections"][1]]})
    await flow.run()
    evidence = evidence_of(flow)
    assert codes(evidence) == set()
    assert "CLAIMED_TWICE" in codes(unsaid(evidence, "intake", "connections-withdrawn"))
