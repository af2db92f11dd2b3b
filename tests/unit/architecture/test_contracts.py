"""The import contracts, broken on purpose in a copy of the tree: the guard has to say so, offence by offence."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import flow

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
HOUSE, APART, PURE, JUDGE = CONFIG["contracts"]
PARTIES = [party.name for party in flow.SERVICES]


def _upward() -> Iterator[tuple[str, str]]:
    floors = [layer.split(" | ") for layer in HOUSE["layers"]]
    for height, floor in enumerate(floors):
        above = [package for higher in floors[:height] for package in higher]
        yield from ((package, other) for package in floor for other in above)
        yield from ((package, other) for package in floor for other in floor if other != package)


def _is_package(module: str) -> bool:
    return ROOT.joinpath(*module.split(".")).is_dir()


def _forbidden(contract: dict[str, Any]) -> list[tuple[str, str]]:
    sources = [f"{one}.offence" if _is_package(one) else one for one in contract["source_modules"]]
    return [(one, forbidden) for one in sources for forbidden in contract["forbidden_modules"]]


OFFENCES = {
    HOUSE["name"]: [(f"{package}.offence", other) for package, other in _upward()],
    APART["name"]: [
        (f"{one}.offence", other) for one in APART["modules"] for other in APART["modules"] if other != one
    ],
    PURE["name"]: _forbidden(PURE),
    JUDGE["name"]: _forbidden(JUDGE),
}


def _write(copy: Path, offences: list[tuple[str, str]]) -> None:
    for module, imported in offences:
        with (copy / Path(*module.split("."))).with_suffix(".py").open("a") as file:
            file.write(f"\nimport {imported}\n")


def _lint(copy: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    copy = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in CONFIG["root_packages"]:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for offences in OFFENCES.values():
        _write(copy, offences)
    return _lint(copy)


@pytest.mark.parametrize("contract", OFFENCES)
def test_every_contract_is_reported_when_it_is_broken(contract: str, said: str) -> None:
    assert f"{contract} BROKEN" in said
    missed = [offence for offence in OFFENCES[contract] if f"{offence[0]} -> {offence[1]} (l." not in said]
    assert missed == []


def test_every_service_of_the_flow_is_under_the_contracts() -> None:
    assert APART["modules"] == [f"services.{name}" for name in (*PARTIES, flow.MONITOR.name)]
    decides_and_sends = "services.notifier"
    pure = {"payroll", f"{decides_and_sends}.decide", *(f"services.{name}" for name in PARTIES)} - {decides_and_sends}
    assert pure <= set(PURE["source_modules"])


@pytest.mark.parametrize("call", ["datetime.date.today()", "datetime.datetime.now()", "datetime.datetime.utcnow()"])
def test_a_clock_that_no_import_shows_is_reported_too(call: str) -> None:
    source = f'"""Offence."""\n\nimport datetime\n\nNOW = {call}\n'
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "DTZ", "--stdin-filename", "payroll/offence.py", "-"],
        cwd=ROOT, input=source, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "DTZ" in done.stdout
