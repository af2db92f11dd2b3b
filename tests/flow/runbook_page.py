"""What the runbook tells to type, from the page itself."""

import re
import shlex
from pathlib import Path

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
OLDER_POSTGRES = "console older-postgres"
TIMELINE_ANEW = "console timeline-anew"
ELSEWHERE = (OLDER_POSTGRES, TIMELINE_ANEW)
"""Blocks that need a situation of their own, by how they begin: each is typed by a test of its own."""


def blocks(fence: str) -> list[list[list[str]]]:
    """The words of each command, without the program's name, of the blocks that begin so."""
    found = re.findall(rf"^```{fence}\n(.*?)^```", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [[_words(line) for line in block.splitlines()] for block in found]


def _words(line: str) -> list[str]:
    program, *words = shlex.split(line.removeprefix("$ "))
    assert program == "koppeling", line
    return words
