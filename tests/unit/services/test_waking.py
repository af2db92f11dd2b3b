"""What wakes a registration follows from what it is, whatever it was before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.ids import RegistrationId
from services.intake import gate
from services.intake.documents import Intake
from services.intake.waking import changed

ONE, OTHER, THIRD = RegistrationId("one"), RegistrationId("other"), RegistrationId("a third")
HOLDS = "a gate that holds it up"
KNOWN = Intake(
    answer="held",
    since=datetime(2026, 11, 22, tzinfo=UTC),
    reference="ABCDEFGHJK1",
    package=None,
    company_name=None,
    successors=(OTHER,),
    returning=("a claim",),
    waits_for=(HOLDS, gate.of_return(ONE), gate.of_readiness(OTHER)),
)


@pytest.mark.parametrize(
    ("changes", "wakes"),
    [
        ({}, {HOLDS, gate.of_return(ONE), gate.of_readiness(OTHER)}),
        ({"returning": ()}, {HOLDS, gate.of_readiness(OTHER)}),
        ({"successors": (THIRD,)}, {HOLDS, gate.of_return(ONE), gate.of_readiness(THIRD)}),
        ({"answer": "submitted"}, {gate.of_return(ONE), gate.of_readiness(OTHER)}),
        ({"answer": "ended", "successors": (), "returning": ()}, set()),
    ],
)
def test_what_holds_it_up_its_successors_and_what_it_gives_back_wake_it(
    changes: dict[str, Any], wakes: set[str]
) -> None:
    after = changed(KNOWN, ONE, **changes)
    assert set(after.waits_for) == wakes
    assert len(after.waits_for) == len(wakes)
