"""The JSON Schemas of released versions, for people who write events in another language: `python -m schemas.release`.

Generated, and closed for writers where no class says otherwise. A released version never changes: its hash stands in
`released/lock.json`, and what has to be said differently is a new version. Models' docstrings are left out, so that
they may be reworded.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from schemas.envelope import SCHEMA_PREFIX
from schemas.event import EventType
from schemas.versions import VERSIONS

RELEASED = Path(__file__).parent / "released"
_LOCK = "lock.json"


@cache
def schema(event: EventType) -> dict[str, Any]:
    """The JSON Schema (2020-12) that writers of this version follow."""
    closed: dict[str, Any] = _closed(event.released_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMA_PREFIX}{event.name}:{event.version}",
        "title": event.name,
        **closed,
    }


def faults(folder: Path = RELEASED) -> list[str]:
    """What differs between the code and the folder, one line each: first what breaks a promise, then what is stale."""
    if broken := _broken(folder):
        return broken
    lock, texts = _lock(folder), _texts()
    stale = [
        f"{name}: not as the code says. Run python -m schemas.release."
        for name, text in texts.items()
        if name not in lock or not (folder / name).is_file() or (folder / name).read_text() != text
    ]
    unknown = [
        f"{path.name}: no version of any event."
        for path in sorted(folder.glob("*.json"))
        if path.name not in texts and path.name != _LOCK
    ]
    return stale + unknown


def write(folder: Path = RELEASED) -> list[str]:
    """Write what is missing, lock what is new; returns the broken promises, and writes nothing when there are any."""
    if broken := _broken(folder):
        return broken
    folder.mkdir(exist_ok=True)
    texts = _texts()
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / _LOCK).write_text(_as_text({name: _hash(text) for name, text in texts.items()}))
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the folder is as the code says, 1 when it differs."""
    parser = argparse.ArgumentParser(prog="python -m schemas.release", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    found = faults() if parser.parse_args(arguments).check else write()
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


def _broken(folder: Path) -> list[str]:
    texts = _texts()
    return [
        f"{name}: released, and now different. Add a new version instead of changing this one."
        for name, locked in _lock(folder).items()
        if name not in texts or _hash(texts[name]) != locked
    ]


@cache
def _texts() -> Mapping[str, str]:
    return {f"{event.name}.v{event.version}.json": _as_text(schema(event)) for event in VERSIONS}


def _lock(folder: Path) -> dict[str, str]:
    path = folder / _LOCK
    locked: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    return locked


def _closed(node: Any, *, names: bool = False) -> Any:
    match node:
        case dict() if names:
            return {name: _closed(inner) for name, inner in node.items()}
        case dict():
            kept = {
                key: _closed(inner, names=key in ("properties", "$defs"))
                for key, inner in node.items()
                if key != "title" and not (key == "description" and "properties" in node)
            }
            closed = "properties" in node and "additionalProperties" not in node
            return kept | ({"additionalProperties": False} if closed else {})
        case list():
            return [_closed(inner) for inner in node]
        case _:
            return node


def _as_text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
