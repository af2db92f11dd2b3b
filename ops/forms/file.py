"""Forms read from files: one JSON document, or NDJSON with a form on each line.

A form stands alone (`{"kind": ...}`), as it is sent (`{"submission_id": ..., "form": {...}}`, optionally with its
`source`), or as the schemas' examples have it (`{"headers": {...}, "data": {...}}`). One that stands alone gets its
submission id from what it says, secrets left out: the same again is the same.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import JsonValue

from schemas.clear_secrets import without_clear_secrets
from schemas.foreign_json import Defect, NotJsonError, parse

SOURCE = "urn:salariskoppeling:submit"
TEXT_BYTES_MAX = 1_048_576

_AROUND = ("submission_id", "headers", "data")
_ENTRY = frozenset({"form", "kind", *_AROUND})


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A form as it stands at a `place` (file:line), not yet checked; `form` may be anything, and None is no form.

    `source` is None where nothing says from whom it comes.
    """

    place: str
    source: object
    submission_id: object
    form: JsonValue
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True)
class Illegible:
    """A place where no form can be read, and why: EMPTY, NOT_JSON, TOO_LARGE, or a part that is not as it has to be."""

    place: str
    code: str
    field: str = "form"


def read_files(files: Iterable[str], source: str | None = SOURCE) -> list[WrittenForm | Illegible]:
    """Every form in these files; `-` is standard input. What names no source is from `source`."""
    return [
        written
        for name in files
        for written in written_forms(name, sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes(), source)
    ]


def written_forms(name: str, content: bytes, source: str | None = SOURCE) -> Iterator[WrittenForm | Illegible]:
    """Every form in the content of this file. With a byte order mark it is no JSON, as it is none when it is sent."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    if any(_is_entry(line) for _, line in lines):
        for number, line in lines:
            yield _read(f"{name}:{number}", line, source)
    elif lines:
        yield _read(f"{name}:{lines[0][0]}", content, source)
    else:
        yield Illegible(f"{name}:1", "EMPTY")


def _is_entry(line: bytes) -> bool:
    if len(line) > TEXT_BYTES_MAX:
        return False
    try:
        read, _ = parse(line)
    except NotJsonError:
        return False
    return not _ENTRY.isdisjoint(read)


def _read(place: str, text: bytes, source: str | None) -> WrittenForm | Illegible:
    if len(text) > TEXT_BYTES_MAX:
        return Illegible(place, "TOO_LARGE")
    try:
        read, defects = parse(text)
    except NotJsonError:
        return Illegible(place, "NOT_JSON")
    match read:
        case {"headers": dict(headers), "data": dict(data)}:
            said = headers.get("ce_source")
            return WrittenForm(place, said, data.get("submission_id"), data.get("form"), defects)
        case {"form": _} | {"submission_id": _}:
            return WrittenForm(place, read.get("source", source), read.get("submission_id"), read.get("form"), defects)
        case {"headers": _} | {"data": _}:
            part = "data" if isinstance(read.get("headers"), dict) else "headers"
            return Illegible(place, "REQUIRED" if read.get(part) is None else "WRONG_TYPE", part)
        case _:
            return WrittenForm(place, source, _content_id(read), read, defects)


def _content_id(form: Mapping[str, JsonValue]) -> str:
    said = without_clear_secrets(json.dumps(form, sort_keys=True).encode())
    return f"sha256-{sha256(said).hexdigest()}"
