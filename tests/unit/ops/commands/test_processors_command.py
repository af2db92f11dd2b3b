"""`koppeling processors`, typed wrongly: said before anybody is asked."""

import pytest
from click.testing import CliRunner, Result

from ops.cli import main
from schemas.ids import reference

NOWHERE = "postgresql://operator:hush@127.0.0.1:1/nowhere"
KNOWN = reference("somebody")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", NOWHERE)


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, ["processors", *words])


@pytest.mark.parametrize("reason", ["a" * 501, "Niet gevonden.\nNeem contact op."])
def test_a_reason_that_no_mail_can_bring_is_refused_with_the_plan_already(reason: str) -> None:
    said = typed("decline", KNOWN, "--reason", reason)
    assert (said.exit_code, "one paragraph of at most 500 characters" in said.stderr) == (2, True)


def test_a_reason_with_a_space_that_does_not_break_is_as_good_as_any() -> None:
    assert "does not answer" in typed("decline", KNOWN, "--reason", "Niet\u00a0gevonden.").stderr
