"""Who connects reads in the changelog which versions are written."""

import re
from collections import defaultdict
from pathlib import Path

from schemas.versions import VERSIONS

_ROW = re.compile(r"^\| (\d+) \| (1(?: (?:and|to) \d+)?) \| (.+) \|$", re.MULTILINE)
CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"


def test_the_changelog_names_the_version_that_each_event_is_written_in_and_all_that_are_read() -> None:
    read: dict[str, list[int]] = defaultdict(list)
    for event in VERSIONS:
        read[event.name].append(event.version)
    named = {
        name: (int(written), spoken)
        for written, spoken, names in _ROW.findall(CHANGELOG.read_text(encoding="utf-8"))
        for name in re.findall(r"`([a-z-]+)`", names)
    }
    assert named == {name: (max(versions), _spoken(versions)) for name, versions in read.items()}


def _spoken(versions: list[int]) -> str:
    first, last = min(versions), max(versions)
    assert versions == list(range(1, last + 1))
    return {1: f"{first}", 2: f"{first} and {last}"}.get(last, f"{first} to {last}")
