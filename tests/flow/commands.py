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


async def koppeling(onboarding: Onboarding, *words: str) -> Said:
    """Type this and wait for its end."""
    typed = command(onboarding, *words)
    ended = await asyncio.to_thread(subprocess.run, typed, capture_output=True, text=True, timeout=120, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)
