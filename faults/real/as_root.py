"""Commands that take root's rights."""

import subprocess

from faults.real.errors import FaultError


def run(*command: str, text: str = "") -> None:
    """Runs it with the text as its input. Raises FaultError with what it said when it fails, or is not installed."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603  fixed commands
    except FileNotFoundError:
        raise FaultError(f"{command[0]} is not installed") from None
    if done.returncode:
        raise FaultError(f"{command[0]}: {done.stderr.strip()}")
