"""A state directory that cannot be written is told in a line, before anything starts."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import main
from sandbox.errors import SandboxError
from sandbox.state_directory import writing


@pytest.mark.parametrize("foreground", [[], ["--foreground"]])
def test_up_below_what_is_no_folder_says_what_to_do(tmp_path: Path, foreground: list[str]) -> None:
    (tmp_path / "file").touch()
    said = CliRunner().invoke(main, ["up", *foreground, "--state", str(tmp_path / "file" / "state")])
    assert said.exit_code == 1
    assert said.output == (
        f"{tmp_path}/file/state cannot be written (Not a directory): make room there, mend its rights, "
        "or choose another --state DIR\n"
    )


@pytest.mark.parametrize("foreground", [[], ["--foreground"]])
def test_up_on_a_disk_without_room_says_what_to_do(foreground: list[str]) -> None:
    said = CliRunner().invoke(main, ["up", *foreground, "--state", "/proc/koppeling"])
    assert said.exit_code == 1
    assert said.output == (
        "the disk of /proc/koppeling has 0 MB left, and a sandbox needs 100: "
        "make room there, or choose another --state DIR\n"
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOENT])
def test_what_the_machine_does_not_let_be_written_is_told(code: int) -> None:
    with pytest.raises(SandboxError, match="/there cannot be written"), writing(Path("/there")):
        raise OSError(code, "so it is")


def test_a_log_on_a_full_disk_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "supervisor.log").symlink_to("/dev/full")
    program = (
        "import sys; from pathlib import Path; from sandbox.run import log, log_to\n"
        "from sandbox.state_directory import StateDirectory\n"
        "log_to(StateDirectory(Path(sys.argv[1]))); log.info('mailbox ended')"
    )
    said = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True)
    assert "mailbox ended" in said.stdout
    assert said.stderr == ""


def test_any_other_failure_stays_what_it_is() -> None:
    with pytest.raises(OSError, match="so it is") as failure, writing(Path("/there")):
        raise OSError(errno.EINVAL, "so it is")
    assert not isinstance(failure.value, SandboxError)
