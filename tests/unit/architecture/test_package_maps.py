"""The large packages say in their docstring which module is where; each module is in it."""

import ast
import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_NAMED = re.compile(r"`([a-z_*]+)`")


def map_faults(text: str, modules: Collection[str]) -> list[str]:
    """What the map names in backticks, as patterns too, and not once; and what it names that no module is called."""
    named = _NAMED.findall(text)
    times = {module: sum(fnmatchcase(module, name) for name in named) for module in modules}
    amiss = [f"{module}: named {n} times" for module, n in times.items() if n != 1]
    return amiss + [f"{name}: no such module" for name in named if not any(fnmatchcase(m, name) for m in modules)]


@pytest.mark.parametrize("package", ["stream", "payroll"])
def test_every_module_of_a_large_package_is_in_its_map_once(package: str) -> None:
    folder = ROOT / package
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    assert map_faults(text, modules - {"__init__"}) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("`loop` and `kafka*`", []),
        ("`kafka*`", ["loop: named 0 times"]),
        ("`loop`, `kafka*`, `kafka_errors`", ["kafka_errors: named 2 times"]),
        ("`loop`, `kafka*`, `gone`", ["gone: no such module"]),
    ],
)
def test_a_map_that_leaves_out_repeats_or_invents_a_module_is_found(text: str, faults: list[str]) -> None:
    assert map_faults(text, ["loop", "kafka", "kafka_errors"]) == faults
