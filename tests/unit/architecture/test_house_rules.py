"""The limits of the house, held over all of the source, and the measures themselves broken on purpose."""

import re
import statistics
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from house_rules import (
    FILE_LINES_MAX,
    FUNCTION_LINES_MAX,
    TEST_FILE_LINES_MAX,
    function_lines,
    is_vague,
    leaks,
    sleeps,
)

ROOT = Path(__file__).parents[3]
PACKAGES = ("schemas", "payroll", "stream", "services", "sandbox", "ops", "benchmarks", "faults")
SOURCE = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEXTS = {".py", ".md", ".json", ".toml", ".yml", ".sh", ".sql", ".txt", ".csv", ".html", ".in", ".properties"}
KEPT = [
    path
    for path in chain(
        ROOT.glob("*"), *((ROOT / top).rglob("*") for top in (*PACKAGES, "tests", "docs", "requirements"))
    )
    if path.is_file() and (path.suffix in TEXTS or path.name in {"Makefile", "Dockerfile"})
]
TRADE = re.compile(r"loket|raet|keylane|payroll|loonheffing|employer|polic|polis|\bdga|\bmail", re.IGNORECASE)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def functions(path: Path) -> list[tuple[str, int]]:
    return list(function_lines(path.read_text()))


@pytest.mark.long
def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{short(path)}: {name} has {lines} lines"
        for path in (*SOURCE, *TESTS)
        for name, lines in functions(path)
        if lines > FUNCTION_LINES_MAX
    ]
    assert long == []


@pytest.mark.long
def test_most_functions_are_short() -> None:
    lines = sorted(lines for path in SOURCE for _, lines in functions(path))
    assert statistics.median(lines) <= 8
    assert lines[len(lines) * 9 // 10] <= 25


def test_no_file_is_longer_than_it_may_be() -> None:
    limits = dict.fromkeys(SOURCE, FILE_LINES_MAX) | dict.fromkeys(TESTS, TEST_FILE_LINES_MAX)
    lines = {path: len(path.read_text().splitlines()) for path in limits}
    assert [f"{short(path)}: {n}" for path, n in lines.items() if n > limits[path]] == []


def test_no_two_test_modules_have_one_name() -> None:
    names = Counter(path.name for path in TESTS if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_no_test_waits_time_out() -> None:
    assert [f"{short(path)}:{line}" for path in TESTS for line in sleeps(path.read_text())] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [short(path) for path in SOURCE if is_vague(path.stem)] == []


def test_the_runtime_knows_no_word_of_the_trade() -> None:
    said = [
        f"{short(path)}: {word}"
        for path in sorted((ROOT / "stream").rglob("*.*"))
        if path.suffix in {".py", ".sql"}
        for word in TRADE.findall(path.read_text())
    ]
    assert said == []


def test_nothing_kept_names_a_machine_or_a_registry() -> None:
    assert [f"{short(path)}: {leak}" for path in KEPT for leak in leaks(path.read_text())] == []


def test_a_long_function_is_measured_with_its_docstring() -> None:
    source = 'async def long():\n    """Long."""\n' + "    x = 1\n" * 49
    assert list(function_lines(source)) == [("long", 51)]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import time\ntime.sleep(1)", [2]),
        ("await asyncio.sleep(0.1)", [1]),
        ("from time import sleep\nsleep(seconds)", [2]),
        ("await asyncio.sleep(0)", []),
        ("await clock.sleep(5)", []),
    ],
)
def test_a_sleep_is_found_and_a_yield_is_none(source: str, lines: list[int]) -> None:
    assert sleeps(source) == lines


@pytest.mark.parametrize(("name", "vague"), [("utils", True), ("mail_helpers", True), ("database", False)])
def test_a_vague_name_is_found(name: str, *, vague: bool) -> None:
    assert is_vague(name) is vague


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("--index" + "-url https://" + "pypi" + ".org/simple", 1),
        ("see /ho" + "me/jan/notes", 1),
        ("--ro" + "ot/x and ~/x and a/ho" + "me/b", 0),
    ],
)
def test_a_leak_is_found(text: str, count: int) -> None:
    assert len(leaks(text)) == count
