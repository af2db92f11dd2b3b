from itertools import product
from pathlib import Path

import pytest
from each import each

from schemas.events import CustomerActionNeeded
from services.provisioning.documents import LinkStage
from services.provisioning.states import TRANSITIONS, Note, Trigger, transition
from services.provisioning.states_table import STATES_TABLE

ENDS = (LinkStage.REALISED, LinkStage.REFUSED, LinkStage.CANCELLED)
OPEN = tuple(stage for stage in LinkStage if stage not in ENDS)
REPORTS = (
    Trigger.ACCEPTED,
    Trigger.ACTION_NEEDED,
    Trigger.ACTION_NEEDED_SAME,
    Trigger.STOPPED_WORKING,
    Trigger.CONFIGURED,
    Trigger.CONFIGURED_ANOTHER_DAY,
    Trigger.WORKS_AGAIN,
    Trigger.FAILED,
)
TOLD = (LinkStage.REALISED, Trigger.STOPPED_WORKING)
"""The one thing that is noted and said (docs/decisions/0020)."""


def test_every_trigger_has_an_answer_at_every_stage() -> None:
    assert TRANSITIONS.keys() == set(product(LinkStage, Trigger))


@pytest.mark.parametrize("stage", OPEN)
def test_what_has_not_ended_goes_on_by_keylane_by_the_customer_by_its_end_and_by_time(stage: LinkStage) -> None:
    assert transition(stage, Trigger.CONFIGURED).to is LinkStage.REALISED
    assert transition(stage, Trigger.FAILED).to is LinkStage.REFUSED
    assert transition(stage, Trigger.CORRECTED).to is LinkStage.REQUESTED
    assert transition(stage, Trigger.CANCELLED).to is LinkStage.CANCELLED
    assert transition(stage, Trigger.DEADLINE).note is Note.OVERDUE


@each(list(product(ENDS, REPORTS)))
def test_no_report_moves_what_has_ended(case: tuple[LinkStage, Trigger]) -> None:
    stage, trigger = case
    assert transition(stage, trigger).to is None
    assert (transition(stage, trigger).says is None) == (case != TOLD)


@pytest.mark.parametrize("stage", LinkStage)
def test_whatever_is_noted_moves_nothing_and_says_nothing_but_what_befalls_a_link_that_works(stage: LinkStage) -> None:
    for trigger in Trigger:
        following = transition(stage, trigger)
        assert following.note is None or following.to is None
        assert following.note is None or (following.says is CustomerActionNeeded) == ((stage, trigger) == TOLD)
        assert following.note is None or following.says in (None, CustomerActionNeeded)


def test_whatever_moves_says_so_except_that_keylane_took_it_in() -> None:
    silent = [
        (stage, trigger) for stage, trigger in product(LinkStage, Trigger) if transition(stage, trigger).says is None
    ]
    assert [one for one in silent if transition(*one).to not in (None, LinkStage.ACCEPTED)] == []


def test_the_table_in_the_contract_with_keylane_is_the_machines() -> None:
    assert STATES_TABLE.main(["--check", str(Path(__file__).parents[3] / "docs/keylane.md")]) == 0


def test_a_table_that_drifted_is_found_and_written_anew(tmp_path: Path) -> None:
    document = tmp_path / "keylane.md"
    document.write_text("# Keylane\n<!-- states -->\n| realised | forever |\n<!-- /states -->\n")
    assert STATES_TABLE.main(["--check", str(document)]) == 1
    assert STATES_TABLE.main(["--write", str(document)]) == 0
    assert STATES_TABLE.main(["--check", str(document)]) == 0
