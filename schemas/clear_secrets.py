"""Removes clear secrets from whatever is kept of a form, however badly that is written.

In JSON every value below a name that sounds like a secret is removed, unless it is a sealed token. Everything else
stays as it was written, repeated keys and impossible numbers included, so that a kept form has the same faults as the
sent one. Bytes that are not JSON are searched as text. This search is the most expensive step in handling a record, so
a record that cannot name a secret is not searched, and of one too large to be read only the searched part is kept.
"""

import json
import re
from typing import Any

REMOVED = "[removed]"
COMPACT_JWE = re.compile(r"eyJ[\w-]+(?:\.[\w-]+){4}", re.ASCII)

SEARCHED_BYTES_MAX = 65_536
"""Of a larger value that may name a secret only this much is kept."""

_CERTAIN = r"secret|geheim|password|passwd|passphrase|wachtwoord|pwd|credential"
_NAMES = (
    rf"{_CERTAIN}|token|sleutel"
    r"|(?:api|private|access|client)[_-]?key|(?:pass|pin|inlog)[_-]?code|pass(?![a-z])|(?<![a-z])ww(?![a-z])"
)
_CERTAIN_NAME = re.compile(_CERTAIN, re.IGNORECASE)
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_NAMED_VALUE = re.compile(
    rf"""((?:{_NAMES})[\w.\-\]]{{0,60}}+[\\"']{{0,9}}+\s{{0,9}}+[:=>]\s{{0,99}})("(?:[^"\\]|\\.)*"?|'[^']*'?|[^,}}\]&<\r\n]+)""".encode(),
    re.IGNORECASE,
)
_ESCAPED_LETTER = re.compile(rb"\\u00(4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])", re.IGNORECASE)
_WORDS = (
    b"secret", b"geheim", b"pass", b"wachtwoord", b"pwd", b"credential", b"token", b"sleutel", b"key", b"pin", b"inlog",
    b"ww",
)  # fmt: skip
"""One of these stands in every name that sounds like a secret."""

_OPENS_STRUCTURE = tuple("{[<\"'")


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys as they stand, repeated ones too."""


class _Verbatim(str):
    """A number or constant as it was written."""

    __slots__ = ()


def is_clear_secret(name: str, value: object) -> bool:
    """Whether a clear secret stands under this name; a value that may be none (a form's own token) does not count."""
    is_sealed = isinstance(value, str) and COMPACT_JWE.fullmatch(value) is not None
    return value not in (None, "") and not is_sealed and _CERTAIN_NAME.search(name) is not None


def without_clear_secrets(value: bytes) -> bytes:
    """The same bytes if they hold no clear secret, otherwise the same text with `[removed]` in place of each."""
    if not _may_name_a_secret(value):
        return value
    if len(value) > SEARCHED_BYTES_MAX:
        return _kept_text(value[:SEARCHED_BYTES_MAX])
    return _searched(value)


def _may_name_a_secret(value: bytes) -> bool:
    plain = value.replace(b"\0", b"")
    if b"\\u" in plain:
        return True
    # casefold, because re.IGNORECASE too takes the long s for an s and the Kelvin sign for a k
    folded = plain.lower() if plain.isascii() else plain.decode(errors="replace").casefold().encode(errors="replace")
    return any(word in folded for word in _WORDS)


def _searched(value: bytes) -> bytes:
    try:
        read = json.loads(
            value, object_pairs_hook=_Pairs, parse_int=_Verbatim, parse_float=_Verbatim, parse_constant=_Verbatim
        )
        kept = _kept(read)
        return value if kept == read else _written(kept).encode()
    except (ValueError, RecursionError):
        return _kept_text(value)


def _kept(value: Any, *, secret: bool = False) -> Any:
    match value:
        case _Pairs():
            named = ((name, inner, secret or _SECRET_NAME.search(name) is not None) for name, inner in value)
            return _Pairs((name, _kept(inner, secret=below)) for name, inner, below in named)
        case list():
            return [_kept(inner, secret=secret) for inner in value]
        case None | "":
            return value
        case _ if secret:
            return value if isinstance(value, str) and COMPACT_JWE.fullmatch(value) else REMOVED
        case str() if value.lstrip().startswith(_OPENS_STRUCTURE):
            return _kept_text(value.encode(errors="surrogatepass")).decode(errors="surrogatepass")
        case _:
            return value


def _written(value: Any) -> str:
    match value:
        case _Pairs():
            return "{" + ",".join(f"{json.dumps(name)}:{_written(inner)}" for name, inner in value) + "}"
        case list():
            return "[" + ",".join(map(_written, value)) + "]"
        case _Verbatim():
            return value
        case _:
            return json.dumps(value)


def _kept_text(value: bytes) -> bytes:
    readable = _ESCAPED_LETTER.sub(lambda escaped: bytes.fromhex(escaped[1].decode()), value.replace(b"\0", b""))
    kept = _NAMED_VALUE.sub(rb'\1"' + REMOVED.encode() + b'"', readable)
    return value if kept == readable else kept
