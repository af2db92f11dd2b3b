"""The command line as an operator types it, beside a running sandbox."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner
from onboarding import Onboarding

from ops.cli import main

MORE = "and more: --limit N shows them\n"
"""Below a list that stops at its limit."""
EVERYTHING = ("--json", "--limit", "1000000")
"""Of a list: what other tests have left, and what comes after that."""


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
    """The words of the process that runs this command."""
    return [sys.executable, "-m", "ops.cli", *words, "--state", str(onboarding.sandbox.state.path)]


async def koppeling(onboarding: Onboarding, *words: str) -> Said:
    """Type this and wait for its end, one at a time: it runs in this process, as to start a Python takes a second."""
    typed = [*words, "--state", str(onboarding.sandbox.state.path)]
    ended = await asyncio.to_thread(CliRunner(catch_exceptions=False).invoke, main, typed)
    return Said(ended.exit_code, ended.stdout, ended.stderr)


async def operators(onboarding: Onboarding, count: int, *words: str) -> list[Said]:
    """So many type this at once, each in a process, and all wait for its end."""
    return await asyncio.gather(*(_typed(command(onboarding, *words)) for _ in range(count)))


async def _typed(words: list[str]) -> Said:
    ended = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, timeout=120, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)
