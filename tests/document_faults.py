"""What a Markdown file points at: links and commands, and what is wrong with them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_PLACED = re.compile(r"((?:`\w+\(\)`(?:, | and )?)+) in \[?`([\w/]+\.py)`")
_PROMPT = re.compile(r"^\$ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Commands:
    """What exists: make's targets, and the command line's groups and commands."""

    targets: frozenset[str]
    koppeling: click.Group

    def fault(self, said: str) -> str | None:
        """Why this command cannot be typed, or None."""
        match shlex.split(said.partition(" #")[0]):
            case ["make", target, *_] if target not in self.targets:
                return f"no target {target}"
            case ["python", "-m", module, *_] if not _is_module(module):
                return f"no module {module}"
            case ["koppeling", *words]:
                return _unknown(self.koppeling, words)
            case _:
                return None


def _is_module(name: str) -> bool:
    if name.endswith(".NAME"):
        return True
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _unknown(command: click.Command, words: list[str]) -> str | None:
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options |= {"--help", "-h"}
    for position, word in enumerate(words):
        if word.startswith("-") and word != "-":
            if word.partition("=")[0] not in options:
                return f"no option {word}"
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            return f"no command {word}" if inner is None else _unknown(inner, words[position + 1 :])
    return None


def commands_in(text: str) -> Iterator[str]:
    """Everything that a reader is told to type."""
    yield from (said.strip() for line in _PROMPT.findall(text) for said in line.split("|"))
    prose = _FENCE.sub("", text)
    yield from (said for said in _INLINE.findall(prose) if re.match(r"(koppeling|make|python -m) \S", said))


def targets_of(makefile: str) -> frozenset[str]:
    """The targets that a Makefile offers."""
    return frozenset(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def broken_links(file: Path) -> Iterator[str]:
    """The relative links of a Markdown file that lead nowhere."""
    for target in _LINK.findall(_FENCE.sub("", file.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path) if path else file
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield target


def misplaced_functions(text: str, root: Path) -> Iterator[str]:
    """What a text says is in a file ("`f()` and `g()` in `path.py`") and is not defined there."""
    for names, path in _PLACED.findall(text):
        source = (root / path).read_text("utf-8") if (root / path).exists() else ""
        for name in re.findall(r"\w+", names.replace(" and ", " ")):
            if not re.search(rf"^(async )?def {name}\(", source, re.MULTILINE):
                yield f"{name}() in {path}"


def crash_points_named(text: str) -> frozenset[str]:
    """The crash points that a text tells its reader to set."""
    return frozenset(re.findall(r"KOPPELING_CRASH_AT=(\w+):", text))


def anchors(file: Path) -> set[str]:
    """What a link may name of a Markdown file: its headings, as GitHub spells them."""
    headings = _HEADING.findall(_FENCE.sub("", file.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
