"""Commands whose output goes nowhere, or that are given no input, as a shell starts them."""

import os
import subprocess
import sys

import pytest

KOPPELING = f"{sys.executable} -m ops.cli"


def ended(shell: str) -> tuple[int, str]:
    environment = os.environ | {"KOPPELING_ADMIN_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stderr


def test_without_a_standard_output_nothing_is_begun() -> None:
    assert ended(f"{KOPPELING} parked list >&-") == (
        2,
        "Error: standard output is closed: nothing was done; redirect it to /dev/null to discard it\n",
    )


@pytest.mark.parametrize("command", ["generate --count 20000 --seed 1", "--help"])
def test_whose_reader_is_gone_ends_as_a_signal_would_have_ended_it(command: str) -> None:
    assert ended(f"({KOPPELING} {command}; echo $? >&2) | true") == (0, "141\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110
def test_a_full_disk_is_said_in_a_sentence() -> None:
    assert ended(f"{KOPPELING} parked --help >/dev/full") == (1, "Error: [Errno 28] No space left on device\n")


def test_without_a_standard_input_there_is_nothing_to_read() -> None:
    assert ended(f"{KOPPELING} check - <&- >&2") == (
        1,
        "-:1: form: EMPTY: Hier staat geen formulier.\n1 not valid, 0 good\n",
    )
