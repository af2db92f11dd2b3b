"""Released schemas: generated, closed, locked."""

import json
from pathlib import Path
from typing import Any

import pytest
from each import each

from schemas import release
from schemas.events import FormReceived
from schemas.versions import VERSIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert release.write(tmp_path) == []
    return tmp_path


def rules_of_others(node: object) -> list[Any]:
    """What each object says of fields that it does not name."""
    match node:
        case dict():
            own = [node.get("additionalProperties")] if "properties" in node else []
            return own + [rule for inner in node.values() for rule in rules_of_others(inner)]
        case list():
            return [rule for inner in node for rule in rules_of_others(inner)]
        case _:
            return []


def test_what_is_checked_in_is_what_the_code_says() -> None:
    assert release.faults() == []
    assert release.main(["--check"]) == 0


@each(VERSIONS)
def test_every_object_is_closed_for_the_writer(event: type) -> None:
    found = rules_of_others(release.schema(event))
    assert found
    # A package that is added later has identifiers and secrets of its own.
    of_packages = [rule for rule in found if rule and rule["type"] == "string"] if event is FormReceived else []
    assert [rule for rule in found if rule is not False] == of_packages


def test_writing_twice_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert release.write(folder) == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_stale_file_is_named_and_written_again(folder: Path) -> None:
    (folder / "link-realised.v1.json").write_text("{}")
    assert [fault.partition(":")[0] for fault in release.faults(folder)] == ["link-realised.v1.json"]
    assert release.write(folder) == []
    assert release.faults(folder) == []


def test_a_missing_and_an_unknown_file_are_named(folder: Path) -> None:
    (folder / "link-realised.v1.json").unlink()
    (folder / "link-realised.v9.json").write_text("{}")
    assert [fault.partition(":")[0] for fault in release.faults(folder)] == [
        "link-realised.v1.json",
        "link-realised.v9.json",
    ]


def test_a_version_that_is_not_locked_yet_is_named(folder: Path) -> None:
    lock = json.loads((folder / "lock.json").read_text())
    del lock["link-realised.v1.json"]
    (folder / "lock.json").write_text(json.dumps(lock))
    assert [fault.partition(":")[0] for fault in release.faults(folder)] == ["link-realised.v1.json"]


@pytest.mark.parametrize("name", ["link-realised.v1.json", "gone.v1.json"])
def test_a_released_version_that_changed_or_went_is_a_broken_promise_and_nothing_is_written(
    folder: Path, name: str
) -> None:
    lock = json.loads((folder / "lock.json").read_text()) | {name: "0" * 64}
    (folder / "lock.json").write_text(json.dumps(lock))
    assert [fault.partition(":")[0] for fault in release.faults(folder)] == [name]
    assert [fault.partition(":")[0] for fault in release.write(folder)] == [name]
    assert json.loads((folder / "lock.json").read_text()) == lock
