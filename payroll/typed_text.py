"""The rules for every text that somebody typed into a form, whatever the field."""

import re
import unicodedata

from payroll.fault import FaultCode, FieldError

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSEEN = re.compile(
    f"{_UNPRINTABLE.pattern}|[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f]"
    "|[\u2800\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_TOKEN_RUN = re.compile(r"[A-Za-z0-9_.-]+")
_TOKEN_START = "eyJ"  # noqa: S105 -- how every sealed secret begins, itself no secret
_TOKEN_DOTS = 4
_LOOKED_AT_CHARACTERS_MAX = 1000


def is_blank(value: object) -> bool:
    """Whether a field was left open: null, or a text of nothing but white space, combining marks and the invisible."""
    if value is None:
        return True
    return isinstance(value, str) and not "!" <= value[:1] <= "~" and not _says_something(value)


def typed_text(value: object, longest: int) -> str:
    """The text in Unicode's NFC, without white space around it; at most `longest` code points.

    Control characters are refused anywhere, also line ends and those that change the writing direction. So are
    invisible characters that join no others: with them, two names would differ that look the same.

    Raises:
        FieldError: it is no text, too long, has such characters, or is a sealed secret that belongs elsewhere.
    """
    if not isinstance(value, str):
        raise FieldError(FaultCode.WRONG_TYPE)
    if _TOKEN_START in value and looks_sealed(value):
        raise FieldError(FaultCode.SECRET_IN_WRONG_FIELD)
    # For ASCII, isprintable() refuses all that the pattern would, and is much faster.
    text = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
    if not (value.isascii() and value.isprintable()) and _UNSEEN.search(value):
        raise FieldError(FaultCode.CONTROL_CHARACTER, taken_before=text)
    if len(text) > longest:
        raise FieldError(FaultCode.TOO_LONG)
    return text


def looks_sealed(value: str) -> bool:
    """Whether a sealed secret (a compact JWE) stands in the text."""
    runs = _TOKEN_RUN.findall(value)
    return any(run.partition(_TOKEN_START)[2].count(".") >= _TOKEN_DOTS for run in runs)


def _says_something(value: str) -> bool:
    start = value[:_LOOKED_AT_CHARACTERS_MAX]
    return any(map(_is_seen, start)) or bool(_UNPRINTABLE.search(start.strip()))


def _is_seen(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return character.isprintable() and not (character.isspace() or is_mark or _UNSEEN.match(character))
