"""What Keylane says, as usual and by script."""

from pathlib import Path

import pytest

from sandbox.keylane.script import Script, ScriptFile, Step, usual
from schemas.values import Finding

FAILED = (Step(report="failed", findings=(Finding(code="LHNR_MISMATCH"),)),)
SAYS_NOTHING: tuple[Step, ...] = ()


def test_as_usual_a_request_is_accepted_at_once_and_configured_after_the_delay() -> None:
    assert [(step.report, step.after_s) for step in usual(2.5)] == [("accepted", 0), ("configured", 2.5)]


def test_the_most_specific_entry_counts() -> None:
    script = Script(usual(0), {"r": FAILED, "r/2": SAYS_NOTHING, "*": usual(9)})
    assert script.steps("r", 1) == FAILED
    assert script.steps("r", 2) == SAYS_NOTHING
    assert script.steps("s", 1) == usual(9)
    assert Script(usual(0), {}).steps("s", 1) == usual(0)


def test_a_script_is_read_again_when_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    file = ScriptFile(path, 0)
    assert file.reread() is None
    assert file.script.steps("r", 1) == usual(0)
    path.write_text('{"r": []}')
    assert file.reread() is None
    assert file.script.steps("r", 1) == ()
    path.unlink()
    assert file.reread() is None
    assert file.script.steps("r", 1) == usual(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"r": [{"report": "done"}]}',
        '{"r": [{"report": "failed"}]}',
        '{"r": [{"report": "accepted", "after": 1}]}',
        '{"r": [{"report": "accepted", "after_s": -1}]}',
        '{"r": [{"report": "accepted", "times": 0}]}',
        '{"r": [{"report": "accepted", "cycle_offset": true}]}',
    ],
)
def test_a_script_that_cannot_be_read_is_named_once_and_changes_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.json"
    path.write_text('{"r": []}')
    file = ScriptFile(path, 0)
    file.reread()
    path.unlink()
    file.reread()
    path.write_text(text)
    assert file.reread()
    assert file.reread() is None
    assert file.script.steps("r", 1) == usual(0)
