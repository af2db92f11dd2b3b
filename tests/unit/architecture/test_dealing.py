"""How the tests are dealt out to several processes: none of its lists names what is gone, and no sandbox is split."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from dealing import ALONE, APART, REAL, UNIT, scope_of

ROOT = Path(__file__).parents[3]
SHARING = ["tests/contract", "tests/sandbox", "tests/flow"]
COLLECTED = """
import json, sys, pytest

class Plugin:
    def pytest_collection_finish(self, session):
        found = [
            (item.nodeid, f"{name} of {fixture.baseid}")
            for item in session.items
            for name, (*_, fixture) in item._fixtureinfo.name2fixturedefs.items()
            if fixture.scope == "session" and fixture.baseid.startswith("tests")
        ]
        print(f"\\n{json.dumps(found)}")

sys.exit(pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider", *sys.argv[1:]], plugins=[Plugin()]))
"""
Use = tuple[str, str]
"""A test by its id, and a fixture that it shares with all tests of its process."""


def split(uses: Iterable[Use], scope: Callable[[str], str]) -> dict[str, set[str]]:
    """The fixtures that tests of several scopes share, each with these scopes: so many processes would make one."""
    found: dict[str, set[str]] = defaultdict(set)
    for test, fixture in uses:
        found[fixture].add(scope(test))
    return {fixture: scopes for fixture, scopes in found.items() if len(scopes) > 1}


@pytest.mark.parametrize("path", [UNIT, *REAL, *APART, *ALONE])
def test_every_path_by_which_tests_are_dealt_out_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.long
def test_all_tests_that_share_a_sandbox_are_dealt_to_one_process() -> None:
    command = [sys.executable, "-c", COLLECTED, *SHARING]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    uses = [
        (test, fixture)
        for line in ended.stdout.splitlines()
        if line.startswith("[[")
        for test, fixture in json.loads(line)
    ]
    assert {fixture for _, fixture in uses} >= {f"sandbox of {path}" for path in ("tests", "tests/sandbox")} | {
        "onboarding of tests/flow",
        "alone of tests/flow",
    }
    assert split(uses, scope_of) == {}


def test_a_sandbox_that_two_processes_would_make_is_found() -> None:
    uses = [("tests/flow/test_paths.py::test_a[1]", "onboarding"), ("tests/flow/test_secured.py::test_b", "onboarding")]
    assert split(uses, scope_of) == {"onboarding": {"tests/flow", "tests/flow/test_secured.py"}}
