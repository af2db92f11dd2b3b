"""JSON written by others: names what parsers accept silently, so that a form is answered with its faults."""

import json
import math
from collections.abc import Sequence
from enum import StrEnum

from pydantic import JsonValue

from schemas.event import Value

DEPTH_MAX = 32
_DIGITS_MAX = 308
_NAME_MAX = 60


class DefectCode(StrEnum):
    """What can be wrong with JSON that still is JSON to most parsers. A number no double can hold is NOT_FINITE.

    Of a form as a whole also: it is missing (REQUIRED), no object (WRONG_TYPE), too large to be read (TOO_LARGE), or
    has a clear secret beside it (SECRET_IN_WRONG_FIELD).
    """

    DUPLICATE_KEY = "DUPLICATE_KEY"
    NOT_FINITE = "NOT_FINITE"
    NOT_UNICODE = "NOT_UNICODE"
    REQUIRED = "REQUIRED"
    SECRET_IN_WRONG_FIELD = "SECRET_IN_WRONG_FIELD"  # noqa: S105 -- a code, no secret
    TOO_LARGE = "TOO_LARGE"
    WRONG_TYPE = "WRONG_TYPE"


class Defect(Value):
    """One such thing, and the key it stands under where that is known."""

    code: DefectCode
    key: str = ""


class NotJsonError(ValueError):
    """The bytes are not a JSON object in UTF-8, or it is nested more than DEPTH_MAX deep."""


def parse(value: bytes) -> tuple[dict[str, JsonValue], tuple[Defect, ...]]:
    """The object in these bytes, and what is wrong with it although it parses.

    A repeated key keeps its last value, a number that is not finite becomes 0, a lone surrogate U+FFFD.

    Raises:
        NotJsonError: no JSON object can be read from the bytes.
    """
    try:
        parsed = _SOUND.decode(value.decode())
    except _DoubtfulError:
        return _parse_doubtful(value)
    except (ValueError, RecursionError):
        raise NotJsonError from None
    return _parse_doubtful(value) if b"\\ud" in value.lower() else (_object(parsed, value), ())


class _DoubtfulError(Exception):
    """Something that most parsers accept silently; a second, slower parse finds out what."""


def _sound_keys(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise _DoubtfulError
    return keys


def _sound_number(text: str) -> float:
    if len(text) > _DIGITS_MAX or not math.isfinite(number := float(text)):
        raise _DoubtfulError
    return number if "." in text or "e" in text.lower() else int(text)


_SOUND = json.JSONDecoder(
    object_pairs_hook=_sound_keys, parse_int=_sound_number, parse_float=_sound_number, parse_constant=_sound_number
)


def _object(parsed: JsonValue, value: bytes) -> dict[str, JsonValue]:
    if not isinstance(parsed, dict) or (value.count(b"[") + value.count(b"{") > DEPTH_MAX and _too_deep(parsed)):
        raise NotJsonError
    return parsed


def _parse_doubtful(value: bytes) -> tuple[dict[str, JsonValue], tuple[Defect, ...]]:
    defects: dict[Defect, None] = {}

    def unique_keys(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        keys = dict(pairs)
        if len(keys) != len(pairs):
            defects[Defect(code=DefectCode.DUPLICATE_KEY, key=_first_repeated(pairs))] = None
        return keys

    def finite(text: str) -> float:
        number = float(text)
        if math.isfinite(number):
            return number
        defects[Defect(code=DefectCode.NOT_FINITE)] = None
        return 0.0

    def whole(text: str) -> float:
        return int(text) if len(text) <= _DIGITS_MAX else finite(text)

    try:
        parsed = json.loads(
            value.decode(),
            object_pairs_hook=unique_keys,
            parse_int=whole,
            parse_float=finite,
            parse_constant=finite,
        )
    except (ValueError, RecursionError):
        raise NotJsonError from None
    readable = _without_surrogates(_object(parsed, value))
    if readable != parsed:
        defects[Defect(code=DefectCode.NOT_UNICODE)] = None
    return readable, tuple(defects)


def _too_deep(parsed: JsonValue) -> bool:
    level = [parsed]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(inner, dict | list) for inner in level)


def _without_surrogates(parsed: dict[str, JsonValue]) -> dict[str, JsonValue]:
    text = json.dumps(parsed, ensure_ascii=False).encode(errors="surrogatepass").decode(errors="replace")
    readable: dict[str, JsonValue] = json.loads(text)
    return readable


def _first_repeated(pairs: Sequence[tuple[str, JsonValue]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return "".join(c if c.isascii() and c.isprintable() else "?" for c in name[:_NAME_MAX])
        seen.add(name)
    return ""
