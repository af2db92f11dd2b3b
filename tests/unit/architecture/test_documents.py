"""The documents against the repository: every link leads somewhere, every command can be typed."""

from pathlib import Path

import pytest
from document_faults import (
    Commands,
    broken_links,
    commands_in,
    crash_points_named,
    misplaced_functions,
    targets_of,
)
from each import each

from ops.cli import main
from services.notifier.settings import SENDER_CRASH_POINTS
from stream.step import Step

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
SOURCES = [path for folder in ("stream", "services", "sandbox", "ops") for path in (ROOT / folder).rglob("*.py")]
COMMANDS = Commands(targets_of((ROOT / "Makefile").read_text()), main)


@each(DOCUMENTS)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken_links(document)) == []


@each(DOCUMENTS)
def test_every_command_can_be_typed(document: Path) -> None:
    faults = {said: COMMANDS.fault(said) for said in commands_in(document.read_text("utf-8"))}
    assert {said: fault for said, fault in faults.items() if fault} == {}


def test_the_readme_fits_a_screen_and_names_both_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert 60 <= len(text.splitlines()) <= 100
    assert {"make demo", "make test"} <= set(commands_in(text))


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text("utf-8")
    assert [path.name for path in folder.glob("0*.md") if f"({path.name})" not in listed] == []


@each(DOCUMENTS)
def test_every_function_stands_in_the_file_that_is_named_for_it(document: Path) -> None:
    assert list(misplaced_functions(document.read_text("utf-8"), ROOT)) == []


def test_every_crash_point_that_is_named_exists() -> None:
    sources = [path.read_text("utf-8") for path in SOURCES]
    named = [crash_points_named(text) for text in (*sources, *(path.read_text("utf-8") for path in DOCUMENTS))]
    assert frozenset().union(*named) - {*Step, *SENDER_CRASH_POINTS} == set()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("make unit", None),
        ("make coffee", "no target coffee"),
        ("koppeling up --scale intake=2", None),
        ("koppeling parked list --json", None),
        ("koppeling brew", "no command brew"),
        ("koppeling parked burn", "no command burn"),
        ("koppeling down --gently", "no option --gently"),
        ("python -m services.migrate", None),
        ("python -m services.nobody", "no module services.nobody"),
    ],
)
def test_a_command_that_does_not_exist_is_found(said: str, fault: str | None) -> None:
    assert COMMANDS.fault(said) == fault


def test_commands_are_found_in_prose_and_behind_a_prompt() -> None:
    text = "Type `make unit`, not `make`.\n\n```console\n$ koppeling up | cat\n```\n"
    assert set(commands_in(text)) == {"make unit", "koppeling up", "cat"}


def test_a_function_that_stands_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("def here(): ...\nasync def too(): ...\n")
    text = "`here()`, `too()` and `gone()` in [`there.py`](there.py), `here()` in `gone.py`"
    assert list(misplaced_functions(text, tmp_path)) == ["gone() in there.py", "here() in gone.py"]


def test_a_crash_point_is_found_where_it_is_named() -> None:
    assert crash_points_named("`KOPPELING_CRASH_AT=settle:3` kills it") == {"settle"}


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# What's here?\n")
    document = tmp_path / "document.md"
    document.write_text(
        "[a](there.md) [b](there.md#whats-here) [c](gone.md) [d](there.md#gone) [e](https://example.invalid)\n"
    )
    assert list(broken_links(document)) == ["gone.md", "there.md#gone"]
