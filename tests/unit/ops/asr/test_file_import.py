from pathlib import Path

import pytest

from ops.actions.applying import NOT_APPLIED
from ops.asr.file_import import came_of_it, faults_named
from payroll.row_file import Compared, RowFileError

FAULTS = RowFileError("line 2: wrong starts_on (no day), mandate_present (neither yes nor no)\nline 3: wrong")


def test_what_is_wrong_with_a_file_fits(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit), faults_named(Path("policies.csv")):
        raise FAULTS
    assert capsys.readouterr().err.splitlines() == [
        "policies.csv: nothing was loaded",
        "line 2: wrong starts_on (no day), mandate_present (neither",
        "  yes nor no)",
        "line 3: wrong",
    ]


@pytest.mark.parametrize("why", [None, "agreed before"])
def test_of_a_file_that_changes_nothing_it_is_not_said_that_it_is_loaded(why: str | None) -> None:
    assert came_of_it(Compared(0, 0, 3), why) == "nothing to load: all of it is there already"


@pytest.mark.parametrize("compared", [Compared(1, 0, 0), Compared(0, 1, 3)])
def test_of_a_file_that_changes_something_it_is_said_whether_it_is_loaded(compared: Compared) -> None:
    assert came_of_it(compared, None) == NOT_APPLIED
    assert came_of_it(compared, "agreed before").startswith("loaded: ")
