"""The elfproef: the check digits that a BSN and the digits of a loonheffingennummer share."""

import re
from operator import mul

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_MODULUS = 11
_NO_CHECK_DIGIT = 10
_BSN_DIGITS = 9
_SEPARATED = r"\d(?:[\W_]{0,3}\d){8}"
_DIGIT = re.compile(r"\d")
_NINE_DIGITS = re.compile(rf"(?<!\d)(?:\d{{9}}(?!\d)|(?<!\d[\W_]){_SEPARATED}(?![\W_]?\d))")


def passes_elfproef(nine: str) -> bool:
    """Whether nine ASCII digits, weighted 9 8 7 6 5 4 3 2 -1, add up to a multiple of 11; all zeros do not pass."""
    return _remainder(nine) == 0 and nine != "000000000"


def has_check_digit(eight: str) -> bool:
    """Whether any ninth digit can follow these eight: for one in eleven none can."""
    return _remainder(eight) != _NO_CHECK_DIGIT


def holds_bsn(text: str) -> bool:
    """Whether a number that could be a BSN stands in the text, written together or in groups, in any script's digits.

    A longer number, such as a telephone number of ten digits, is none.
    """
    if len(text) < _BSN_DIGITS or not _DIGIT.search(text):
        return False
    return any(passes_elfproef(_ascii_digits(found)) for found in _NINE_DIGITS.findall(text))


def _remainder(digits: str) -> int:
    weighted: int = sum(map(mul, _WEIGHTS, map(int, digits)))
    return weighted % _MODULUS


def _ascii_digits(found: str) -> str:
    return "".join(str(int(character)) for character in found if character.isdecimal())
