"""Every command that the documents tell to type is one that the command line knows, down to its options."""

import re
import shlex
from pathlib import Path

import click
import pytest
from each import each

from ops.cli import main

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
STANDS_FOR = {
    "ID@ATTEMPT": "00000000-0000-0000-0000-000000000007@1",
    "ID": "00000000-0000-0000-0000-000000000007",
    "SERVICE": "provisioning",
    "REF": "0VBH9BATYBD",
    "GROUP": "0badcafe",
    "N": "3",
    "M": "3",
    "ADDRESS": "someone@kantoor-fictief.example",
    "KIND": "link-realised",
}


def typed(document: Path) -> list[str]:
    """What stands behind a prompt; of a pipe each part, and nothing of what goes to a file."""
    lines = re.findall(r"^\$ (koppeling .*)$", document.read_text("utf-8"), re.MULTILINE)
    parts = [part.strip() for line in lines for part in line.partition(" > ")[0].split("|")]
    return [part for part in parts if part.startswith("koppeling ")]


def parse(words: list[str]) -> None:
    """Read the words as the command line would, without doing anything."""
    command: click.Command = main
    context = click.Context(main, info_name="koppeling")
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.parse_args(context, words)


def _word(word: str) -> str:
    """A file that is there, for one that the reader has."""
    is_file = word.endswith((".csv", ".ndjson", ".json", ".log"))
    return str(ROOT / "README.md") if is_file else STANDS_FOR.get(word, word)


COMMANDS = [(document.name, line) for document in DOCUMENTS for line in typed(document)]


@each(COMMANDS)
def test_what_is_told_to_be_typed_can_be_typed(command: tuple[str, str]) -> None:
    _, line = command
    parse([_word(word) for word in shlex.split(line)[1:]])


def test_the_runbook_tells_what_to_type() -> None:
    assert sum(document == "runbook.md" for document, _ in COMMANDS) >= len(STANDS_FOR)


def test_a_command_that_is_not_there_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse(["parked", "mend", "everything"])
    with pytest.raises(click.UsageError):
        parse(["parked", "list", "--everything"])
