"""The command line as an operator types it, beside a running sandbox."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from onboarding import Onboarding


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer of `--json`."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The answer for people."""
        return self.out.splitlines()


def command(onboarding: Onboarding, *words: str) -> list[str]:
    """The process that this is."""
    return [sys.executable, "-m", "ops.cli", *words, "--state", str(onboarding.sandbox.state.path)]


def interruptible(onboarding: Onboarding, *words: str) -> list[str]:
    """The same as a terminal starts it: a test that runs in the background would hand down that SIGINT is ignored."""
    as_ever = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from ops.cli import main; main()"
    return [sys.executable, "-c", as_ever, *words, "--state", str(onboarding.sandbox.state.path)]


async def koppeling(onboarding: Onboarding, *words: str) -> Said:
    """Type this and wait for its end."""
    typed = command(onboarding, *words)
    ended = await asyncio.to_thread(subprocess.run, typed, capture_output=True, text=True, timeout=120, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)
