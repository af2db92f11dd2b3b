"""What a parked record's line tells an operator to do, for every reason that the runbook has an answer for."""

import re
from pathlib import Path

import pytest

from ops.parked.row import advice

RUNBOOK = Path(__file__).parents[4] / "docs" / "runbook.md"
_HEADER = "| reason | what it is | what to do |\n|---|---|---|\n"


def reasons() -> list[str]:
    """The first column of its table of reasons; `DEFECT_...` stands for all that begin so."""
    table = RUNBOOK.read_text("utf-8").split(_HEADER)[1].split("\n\n")[0]
    named = [
        reason for row in table.splitlines() for reason in re.findall(r"`([A-Z_]+)(?:\.\.\.)?`", row.split("|")[1])
    ]
    return [reason for reason in named if reason != "HEADER_"]


def test_the_table_is_found() -> None:
    assert {"NOT_JSON", "DEFECT_", "REPORTED_AT_IMPLAUSIBLE"} <= set(reasons())


@pytest.mark.parametrize("reason", reasons())
def test_a_reason_that_the_runbook_knows_has_an_advice_of_its_own(reason: str) -> None:
    assert advice(reason, None) != advice("UNHEARD_OF", None)
