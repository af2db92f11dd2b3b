"""JSON written by others: what parsers accept silently and we must name, so that a form can be answered with its faults."""

import json
import math
from collections.abc import Sequence
from enum import StrEnum

from pydantic import JsonValue

from .event import Value

_NAME_MAX = 60


class DefectCode(StrEnum):
    """What can be wrong with JSON that still is JSON to most parsers."""

    DUPLICATE_KEY = "DUPLICATE_KEY"
    NOT_FINITE = "NOT_FINITE"
    NOT_UNICODE = "NOT_UNICODE"


class Defect(Value):
    """One such thing, and the key it stands under where that is known."""

    code: DefectCode
    key: str = ""


class NotJsonError(ValueError):
    """The bytes are no JSON object in UTF-8, or one nested too deeply."""


def parse(value: bytes) -> tuple[dict[str, JsonValue], tuple[Defect, ...]]:
    """The object in these bytes, and what is wrong with it although it parses.

    Raises:
        NotJsonError: no JSON object can be read from the bytes.
    """
    defects: dict[Defect, None] = {}

    def unique_keys(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        keys = dict(pairs)
        if len(keys) != len(pairs):
            names = [name for name, _ in pairs]
            repeated = next(name for name in names if names.count(name) > 1)
            defects[Defect(code=DefectCode.DUPLICATE_KEY, key=_printable(repeated))] = None
        return keys

    def finite(text: str) -> float:
        number = float(text)
        if not math.isfinite(number):
            defects[Defect(code=DefectCode.NOT_FINITE)] = None
            return 0.0
        return number

    try:
        parsed = json.loads(value.decode(), object_pairs_hook=unique_keys, parse_float=finite, parse_constant=finite)
    except (ValueError, RecursionError):
        raise NotJsonError from None
    if not isinstance(parsed, dict):
        raise NotJsonError
    if b"\\ud" in value.lower() and not _encodable(parsed):
        defects[Defect(code=DefectCode.NOT_UNICODE)] = None
        parsed = json.loads(json.dumps(parsed, ensure_ascii=False).encode(errors="replace"))
    return parsed, tuple(defects)


def _encodable(parsed: JsonValue) -> bool:
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in name[:_NAME_MAX])
