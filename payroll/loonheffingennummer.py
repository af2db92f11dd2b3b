"""The loonheffingennummer (LHNR): nine digits, `L`, two digits, given by the Belastingdienst.

The nine digits can be a natural person's BSN: outside the form and the request to Keylane only `mask` is shown.
"""

import re

from payroll.elfproef import has_check_digit, passes_elfproef
from payroll.fault import FaultCode, FieldError

_SEPARATORS = re.compile("[\\s.\\-\u2010-\u2015]+")
"""Including the hyphens and dashes that a word processor makes of a typed hyphen."""
_SHAPE = re.compile(r"([0-9]{9})L([0-9]{2})")
_VAT_NUMBER = re.compile(r"(?:NL)?[0-9]{9}B[0-9]{2}")
_LOOSE_SHAPE = re.compile(r"([0-9]+)(?:L([0-9]*))?")
_MEANT = re.compile(r"(?:NL)?[0-9]{8,}(?:[LB][0-9]*)?")
_DIGITS = 9
_SUBNUMBER_DIGITS = 2


def parse(typed: str) -> str:
    """The normal form, twelve characters: white space, dots and hyphens dropped, upper case, never padded.

    Raises:
        FieldError: with a code of its own for each kind of mistake.
    """
    number = _SEPARATORS.sub("", typed).upper()
    shape = _SHAPE.fullmatch(number)
    if shape is None:
        raise FieldError(_misshapen(number))
    digits, subnumber = shape.groups()
    if not passes_elfproef(digits):
        raise FieldError(_failed(digits))
    if subnumber == "00":
        raise FieldError(FaultCode.LHNR_SUBNUMBER_ZERO)
    return number


def looks_like_one(number: str) -> bool:
    """Whether the text has the shape of one, for fields into which people type it by mistake."""
    return _SHAPE.fullmatch(_SEPARATORS.sub("", number).upper()) is not None


def is_meant_as_one(typed: str) -> bool:
    """Whether the text is one, complete or not, or mistyped: no name consists of so many digits and little else."""
    return _MEANT.fullmatch(_SEPARATORS.sub("", typed).upper()) is not None


def unusual(number: str) -> FaultCode | None:
    """The warning for a valid number that a reviewer should look at: one source says that none starts with 000."""
    return FaultCode.LHNR_STARTS_WITH_000 if number.startswith("000") else None


def mask(number: str) -> str:
    """A valid number as it may be shown: `*******82L01`."""
    return f"*******{number[7:]}"


def _failed(digits: str) -> FaultCode:
    if digits == "000000000":
        return FaultCode.LHNR_ZERO
    return FaultCode.LHNR_CHECK_DIGIT if has_check_digit(digits[:8]) else FaultCode.LHNR_NO_CHECK_DIGIT


def _misshapen(number: str) -> FaultCode:
    if _VAT_NUMBER.fullmatch(number):
        return FaultCode.LHNR_VAT_NUMBER
    shape = _LOOSE_SHAPE.fullmatch(number)
    if shape is None:
        return FaultCode.LHNR_FORMAT
    digits, subnumber = shape.groups(default="")
    if len(digits) != _DIGITS:
        return FaultCode.LHNR_DIGITS_TOO_FEW if len(digits) < _DIGITS else FaultCode.LHNR_DIGITS_TOO_MANY
    if not subnumber:
        return FaultCode.LHNR_WITHOUT_SUBNUMBER
    short = len(subnumber) < _SUBNUMBER_DIGITS
    return FaultCode.LHNR_SUBNUMBER_TOO_SHORT if short else FaultCode.LHNR_SUBNUMBER_TOO_LONG
