"""The read model can be thrown away: reading the topics once more makes the same of them."""

from flow_in_memory import Flow, form_of_entities, played
from forms import loket_form

from services.timeline.decide import SERVICE as TIMELINE
from services.timeline.documents import Timeline
from stream.document import Document


def remembered(flow: Flow) -> dict[str, Document]:
    states = flow.databases[TIMELINE.name].tables.states
    return {key.key: state.document for key, (_, state) in states.items() if state.document is not None}


async def test_what_was_forgotten_is_built_again_to_the_same_content() -> None:
    flow = Flow()
    flow.keylane[flow.submit("asked", form_of_entities("asked", 1, 2))] = (
        "accepted",
        "customer_action_needed",
        "configured",
    )
    flow.submit("waits", loket_form(2), known=False)
    flow.submit("rejected", loket_form(3) | {"frequency": "daily"})
    await played(flow)
    before = remembered(flow)
    assert len(before) == 3
    assert {entry.event for one in before.values() if isinstance(one, Timeline) for entry in one.entries} >= {
        "registration-submitted",
        "registration-rejected",
        "policy-awaited",
        "customer-action-needed",
        "link-realised",
    }
    await flow.forget(TIMELINE)
    assert remembered(flow) == {}
    await played(flow)
    assert remembered(flow) == before
