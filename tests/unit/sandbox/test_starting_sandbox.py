"""While a sandbox starts, each command says so, and how it is ended."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import main
from sandbox.state_directory import StateDirectory


@pytest.mark.parametrize("command", ["up", "status", "submit"])
def test_a_command_meanwhile_says_that_it_is_starting(tmp_path: Path, command: str) -> None:
    state = StateDirectory(tmp_path / "state")
    state.prepare()
    state.lock()
    form = tmp_path / "form.json"
    form.touch()
    typed = [command, str(form)] if command == "submit" else [command]
    said = CliRunner().invoke(main, [*typed, "--state", str(state.path)])
    assert said.exit_code == 1
    assert f"is starting or ending (process {os.getpid()})" in said.output.replace(f" in {state.path}", "")
    assert f"`koppeling down --state {state.path}` ends it" in said.output
    assert "`koppeling up` starts one" not in said.output
