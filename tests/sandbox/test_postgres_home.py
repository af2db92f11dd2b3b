import os
from pathlib import Path

import pytest

from sandbox.child import run_once
from sandbox.postgres_home import find_home, remove_home
from sandbox.process_spec import OneShot
from sandbox.state_directory import StateDirectory

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
as_ourselves = pytest.mark.skipif(os.geteuid() == 0, reason="root runs the server as somebody else")


@as_ourselves
def test_the_server_is_ours_and_lives_in_the_state_directory(state: StateDirectory) -> None:
    home = find_home(state)

    assert (home.user, home.path) == (None, state.postgres)


@as_root
async def test_in_a_closed_folder_the_server_gets_a_home_that_its_user_can_walk_to(
    state: StateDirectory, tmp_path: Path
) -> None:
    state.path.chmod(0o700)

    home = find_home(state)
    version = OneShot("version", (home.program("postgres"), "--version"), log=tmp_path / "log", user=home.user)
    await run_once(version)

    assert home.path == find_home(state).path
    assert not home.path.is_relative_to(state.path)
    assert home.path.owner() == home.user
    assert "postgres (PostgreSQL)" in version.log.read_text()

    remove_home(state)
    assert not home.path.exists()


@as_root
def test_a_home_that_is_in_use_stays_where_it_is(state: StateDirectory) -> None:
    home = find_home(state)
    state.path.chmod(0o700)

    assert find_home(state).path == home.path == state.postgres


def test_a_file_for_the_server_is_closed_to_others(state: StateDirectory) -> None:
    handed = find_home(state).hand_over("password", "planted")

    assert (handed.read_text(), handed.stat().st_mode & 0o077) == ("planted", 0)
