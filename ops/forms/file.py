"""Forms read from files: one JSON document, or NDJSON with a form on each line.

A form stands alone (`{"kind": ...}`), as it is sent (`{"submission_id": ..., "form": {...}}`, optionally with its
`source`), or as the schemas' examples have it (`{"headers": {...}, "data": {...}}`). A form that stands alone gets as
its submission id a hash of its content without the secrets: the same form has the same id each time.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from schemas.clear_secrets import without_clear_secrets
from schemas.events.form_received import secrets_beside
from schemas.foreign_json import Defect, NotJsonError, parse

SOURCE = "urn:salariskoppeling:submit"
TEXT_BYTES_MAX = 1_048_576

_AROUND = ("submission_id", "headers", "data")
_ENTRY = frozenset({"form", "kind", *_AROUND})


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A form as it was read at a `place` (file:line), not yet checked; `form` may be any JSON, or None for no form.

    `source` is None where nothing says who sent the form, and `headers` where the file has none. `alone`: the form has
    nothing around it, which no record's value looks like. `value_bytes`: the size of the text where that text could be
    a record's value, else 0.
    """

    place: str
    source: object
    submission_id: object
    form: JsonValue
    defects: tuple[Defect, ...]
    headers: Mapping[str, JsonValue] | None = None
    alone: bool = False
    value_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Illegible:
    """A place where no form can be read, and why: EMPTY, NOT_JSON, TOO_LARGE, or a part that is not as it has to be."""

    place: str
    code: str
    field: str = "form"


class Placed(NamedTuple):
    """The text of a form, not yet read, and where it stands (file:line)."""

    place: str
    text: bytes


def texts_in(files: Iterable[str]) -> list[Placed]:
    """Every form's text in these files, each read once however often it is named; `-` is standard input."""
    return [
        placed
        for name in dict.fromkeys(files)
        for placed in _texts(name, sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    ]


def written_forms(name: str, content: bytes) -> Iterator[WrittenForm | Illegible]:
    """Every form in the content of this file. A byte order mark makes it NOT_JSON, as it does in a record."""
    return map(read, _texts(name, content))


def _texts(name: str, content: bytes) -> list[Placed]:
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    # If the first line is a whole object, or any line is a form, each line is one: otherwise the file is one document.
    if any(_is_entry(line) for _, line in lines) or (lines and _object(lines[0][1]) is not None):
        return [Placed(f"{name}:{number}", line) for number, line in lines]
    return [Placed(f"{name}:{lines[0][0]}" if lines else f"{name}:1", content)]


def _is_entry(line: bytes) -> bool:
    return not _ENTRY.isdisjoint(_object(line) or ())


def _object(line: bytes) -> Mapping[str, JsonValue] | None:
    if len(line) > TEXT_BYTES_MAX:
        return None
    try:
        read, _ = parse(line)
    except NotJsonError:
        return None
    return read


def read(placed: Placed, source: str | None = SOURCE) -> WrittenForm | Illegible:
    """The form in this text; `source` is its source where the text names none."""
    place, text = placed
    if not text.strip():
        return Illegible(place, "EMPTY")
    if len(text) > TEXT_BYTES_MAX:
        return Illegible(place, "TOO_LARGE")
    try:
        said, defects = parse(text)
    except NotJsonError:
        return Illegible(place, "NOT_JSON")
    return _standing(place, said, defects, source, len(text.rstrip(b"\r\n")))


def _standing(
    place: str, said: dict[str, JsonValue], defects: tuple[Defect, ...], source: object, size: int
) -> WrittenForm | Illegible:
    match said:
        case {"headers": dict(headers), "data": dict(data)}:
            source, submission_id = headers.get("ce_source"), data.get("submission_id")
            defects += secrets_beside(data)
            return WrittenForm(place, source, submission_id, data.get("form"), defects, headers)
        case {"form": _} | {"submission_id": _}:
            # No record's value has a source in it.
            size = 0 if "source" in said else size
            defects += secrets_beside(said)
            source, submission_id = said.get("source", source), said.get("submission_id")
            return WrittenForm(place, source, submission_id, said.get("form"), defects, value_bytes=size)
        case {"headers": _} | {"data": _}:
            part = "data" if isinstance(said.get("headers"), dict) else "headers"
            return Illegible(place, "REQUIRED" if said.get(part) is None else "WRONG_TYPE", part)
        case _:
            return WrittenForm(place, source, _content_id(said), said, defects, alone=True)


def _content_id(form: Mapping[str, JsonValue]) -> str:
    said = without_clear_secrets(json.dumps(form, sort_keys=True).encode())
    return f"sha256-{sha256(said).hexdigest()}"
