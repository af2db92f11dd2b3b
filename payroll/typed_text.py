"""What holds for every text somebody typed into a form, whatever the field."""

import re
import unicodedata

from payroll.fault import FaultCode, FieldError
from schemas.events.form_received import COMPACT_JWE

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SEALED_TOKEN_START = "eyJ"  # noqa: S105 -- how every token begins, no secret


def is_blank(value: object) -> bool:
    """Whether a field was left open: null, or a text in which nothing can be seen."""
    return value is None or (isinstance(value, str) and not _has_visible(value))


def typed_text(value: object, longest: int) -> str:
    """The text in Unicode's NFC, without white space around it; at most `longest` code points.

    Control characters are refused wherever they stand: line ends, and those that turn the writing direction, too.

    Raises:
        FieldError: no text, too long, with control characters, or a sealed secret that belongs elsewhere.
    """
    if not isinstance(value, str):
        raise FieldError(FaultCode.WRONG_TYPE)
    if looks_sealed(value):
        raise FieldError(FaultCode.SECRET_IN_WRONG_FIELD)
    if len(value) > 2 * longest:
        raise FieldError(FaultCode.TOO_LONG)
    if _UNPRINTABLE.search(value):
        raise FieldError(FaultCode.CONTROL_CHARACTER)
    text = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
    if len(text) > longest:
        raise FieldError(FaultCode.TOO_LONG)
    return text


def looks_sealed(value: str) -> bool:
    """Whether a sealed secret (a compact JWE) stands in the text."""
    return _SEALED_TOKEN_START in value and COMPACT_JWE.search(value) is not None


def _has_visible(value: str) -> bool:
    return value[:1].isalnum() or any(character.isprintable() and not character.isspace() for character in value)
