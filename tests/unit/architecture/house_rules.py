"""The house's limits, measured: what is too long, what sleeps, what must not stand in a text."""

import ast
import re
from collections.abc import Iterator

FUNCTION_LINES_MAX = 50
FILE_LINES_MAX = 300
TEST_FILE_LINES_MAX = 400

_SLEEPERS = {"time", "asyncio"}
_VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
# Put together from halves, so that this file does not break its own rule.
_HOSTS = tuple(map(".".join, (("pypi", "org"), ("pythonhosted", "org"), ("maven", "org"), ("debian", "org"))))
_MACHINE_PATH = re.compile("(?<![A-Za-z0-9_.$}/-])/(?:ho" + "me|ro" + "ot|Us" + "ers|wo" + "rk)/[A-Za-z0-9_.]")


def function_lines(source: str) -> Iterator[tuple[str, int]]:
    """Every function's name and its lines, docstring included."""
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """All of them, those in blocks included. Expressions, nearly all of a tree, hold no function but a lambda."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        found = getattr(node, block, ())
        for inner in found if isinstance(found, list) else ():
            if isinstance(inner, ast.stmt):
                yield inner
            yield from _statements(inner)


def sleeps(source: str) -> list[int]:
    """The lines where time is waited out; a sleep of 0 only lets others go on."""
    if "sleep" not in source:
        return []
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if _is_sleep(call.func) and not _is_zero(call.args)]


def _is_sleep(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="sleep"):
            return True
        case ast.Attribute(value=ast.Name(id=module), attr="sleep"):
            return module in _SLEEPERS
        case _:
            return False


def _is_zero(arguments: list[ast.expr]) -> bool:
    return [getattr(argument, "value", None) for argument in arguments] == [0]


def is_vague(name: str) -> bool:
    """Whether a module's name says nothing about what is in it."""
    return not _VAGUE.isdisjoint(name.split("_"))


def leaks(text: str) -> list[str]:
    """Hosts of package registries and paths of somebody's machine."""
    return [host for host in _HOSTS if host in text] + _MACHINE_PATH.findall(text)
