from itertools import product
from pathlib import Path

import pytest

from services.provisioning.documents import LinkStage
from services.provisioning.states import STEPS, Note, Word, step
from services.provisioning.states_table import STATES_TABLE

ENDS = (LinkStage.REALISED, LinkStage.REFUSED, LinkStage.CANCELLED)
OPEN = tuple(stage for stage in LinkStage if stage not in ENDS)
REPORTS = (
    Word.ACCEPTED,
    Word.ACTION_NEEDED,
    Word.ACTION_NEEDED_SAME,
    Word.CONFIGURED,
    Word.CONFIGURED_ANOTHER_DAY,
    Word.FAILED,
)


def test_every_word_has_an_answer_at_every_stage() -> None:
    assert STEPS.keys() == set(product(LinkStage, Word))


@pytest.mark.parametrize("stage", OPEN)
def test_what_has_not_ended_goes_on_by_keylane_by_the_customer_by_its_end_and_by_time(stage: LinkStage) -> None:
    assert step(stage, Word.CONFIGURED).to is LinkStage.REALISED
    assert step(stage, Word.FAILED).to is LinkStage.REFUSED
    assert step(stage, Word.CORRECTED).to is LinkStage.REQUESTED
    assert step(stage, Word.CANCELLED).to is LinkStage.CANCELLED
    assert step(stage, Word.DEADLINE).note is Note.OVERDUE


@pytest.mark.parametrize(("stage", "word"), list(product(ENDS, REPORTS)))
def test_no_report_moves_what_has_ended(stage: LinkStage, word: Word) -> None:
    assert step(stage, word).to is None
    assert step(stage, word).says is None


@pytest.mark.parametrize("stage", LinkStage)
def test_whatever_is_noted_moves_nothing_and_says_nothing(stage: LinkStage) -> None:
    for word in Word:
        following = step(stage, word)
        assert following.note is None or (following.to, following.says) == (None, None)


def test_whatever_moves_says_so_except_that_keylane_took_it_in() -> None:
    silent = [(stage, word) for stage, word in product(LinkStage, Word) if step(stage, word).says is None]
    assert [one for one in silent if step(*one).to not in (None, LinkStage.ACCEPTED)] == []


def test_the_table_in_the_contract_with_keylane_is_the_machines() -> None:
    assert STATES_TABLE.main(["--check", str(Path(__file__).parents[3] / "docs/keylane.md")]) == 0


def test_a_table_that_drifted_is_found_and_written_anew(tmp_path: Path) -> None:
    document = tmp_path / "keylane.md"
    document.write_text("# Keylane\n<!-- states -->\n| realised | forever |\n<!-- /states -->\n")
    assert STATES_TABLE.main(["--check", str(document)]) == 1
    assert STATES_TABLE.main(["--write", str(document)]) == 0
    assert STATES_TABLE.main(["--check", str(document)]) == 0
