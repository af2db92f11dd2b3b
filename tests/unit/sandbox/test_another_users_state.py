"""Another user's sandbox is told to be that, whatever is asked of it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import main

NOBODY = 65_534


@pytest.fixture
def anothers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    monkeypatch.delenv("KOPPELING_ADMIN_URL", raising=False)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        state = Path(folder) / "state"
        state.mkdir(mode=0o711)
        for file in ("endpoints.json", "supervisor.pid"):
            (state / file).touch(mode=0o600)
        yield state


@pytest.mark.parametrize("command", [["status"], ["services"], ["audit"], ["submit", "-"], ["up"], ["down"]])
def test_it_is_said_whose_it_is(command: list[str], anothers: Path) -> None:
    # What it imports can lie where only root may walk.
    assert CliRunner().invoke(main, [command[0], "--help"]).exit_code == 0
    os.seteuid(NOBODY)
    try:
        said = CliRunner().invoke(main, [*command, "--state", str(anothers)])
    finally:
        os.seteuid(0)
    assert said.exit_code == 1
    assert f"the sandbox in {anothers} belongs to another user: choose another --state DIR" in said.stderr
