"""Whatever a healthy day holds, the judge finds nothing: any forms, answers of Keylane's, repeats and bad records."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from flow_in_memory import USUAL, Flow, form_of_entities
from forms import loket_form
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_evidence import evidence_of

from ops.audit.judge.verdict import judge, replayed_without_effect
from schemas.flow import LANES

EMPLOYERS = 4
SAYINGS = st.lists(st.sampled_from([*USUAL, "customer_action_needed", "failed"]), max_size=4)


@dataclass(frozen=True)
class Sent:
    """One thing that happens: a form of an employer, or a record that is none."""

    submission: int
    employer: int
    entities: int
    changes: tuple[tuple[str, Any], ...]
    known: bool
    lane: int | None
    keylane: tuple[str, ...]
    scribble: bytes | None


SENT = st.builds(
    Sent,
    submission=st.integers(0, 5),
    employer=st.integers(0, EMPLOYERS - 1),
    entities=st.integers(0, 3),
    changes=st.sampled_from([(), (), (("frequency", "daily"),), (("email", "none"),), (("company_name", "Elders"),)]),
    known=st.booleans(),
    lane=st.none() | st.integers(0, LANES - 1),
    keylane=SAYINGS.map(tuple),
    scribble=st.none() | st.none() | st.binary(max_size=20),
)


def happen(flow: Flow, sent: Sent) -> None:
    if sent.scribble is not None:
        flow.scribble(sent.lane or 0, sent.scribble)
        return
    submission = f"s-{sent.submission}"
    typed = form_of_entities(submission, sent.employer, sent.entities) if sent.entities else loket_form(sent.employer)
    me = flow.submit(submission, {**typed, **dict(sent.changes)}, known=sent.known, lane=sent.lane)
    flow.keylane.setdefault(me, sent.keylane)  # type: ignore[arg-type]


@pytest.mark.long
@settings(max_examples=20)
@given(st.lists(SENT, max_size=8), st.lists(SENT, max_size=4), st.integers(0, 45))
def test_a_healthy_history_is_clean_while_it_runs_and_at_rest(
    morning: list[Sent], evening: list[Sent], days: int
) -> None:
    flow = Flow()

    async def day() -> None:
        await flow.start()
        for sent in morning:
            happen(flow, sent)
        assert judge(evidence_of(flow), at_rest=False).findings == ()
        await flow.run()
        flow.clock.advance(days * 86_400)
        for sent in evening:
            happen(flow, sent)
        await flow.run()

    asyncio.run(day())
    rested = evidence_of(flow)
    assert judge(rested, at_rest=True).findings == ()
    assert judge(rested, at_rest=False).findings == ()
    flow.repeat_everything()
    asyncio.run(flow.run())
    assert replayed_without_effect(rested, evidence_of(flow)) == ()
