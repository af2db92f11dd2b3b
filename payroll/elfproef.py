"""The elfproef: the check digits that a BSN and the digits of a loonheffingennummer share."""

import re
import unicodedata
from collections.abc import Iterator
from operator import mul

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_MODULUS = 11
_NO_CHECK_DIGIT = 10
_BSN_DIGITS = 9
_BETWEEN = r"[\W_]{1,5}"
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile(rf"\d+(?:{_BETWEEN}\d+)*")
_USUAL_GROUPS = ((9,), (3, 3, 3), (4, 2, 3), (2, 2, 2, 3))
"""How people write a BSN: 123456782, 123 456 782, 1234.56.782 and 12.34.56.782."""
_APART = re.compile(r"(?<!\d)(?<!\d[\W_])\d(?:[\W_]{0,3}\d){8}(?![\W_]?\d)")
"""Nine digits in any groups, with more than one separator between them and any other number."""


def passes_elfproef(nine: str) -> bool:
    """Whether nine ASCII digits, weighted 9 8 7 6 5 4 3 2 -1, add up to a multiple of 11; all zeros do not pass."""
    return _remainder(nine) == 0 and nine != "000000000"


def has_check_digit(eight: str) -> bool:
    """Whether a ninth digit exists that completes these eight: for one in eleven there is none."""
    return _remainder(eight) != _NO_CHECK_DIGIT


def holds_bsn(text: str) -> bool:
    """Whether the text holds a number that could be a BSN, in one piece or in groups, in any script's digits.

    A longer number, such as a telephone number of ten digits, is none. Nine digits are also found next to another
    number: directly beside it if they are grouped as people usually do, otherwise if they stand apart from it.
    """
    if not text.isascii():
        text = _in_plain_digits(text)
    if len(text) < _BSN_DIGITS or not _DIGIT.search(text):
        return False
    return any(passes_elfproef("".join(filter(str.isdecimal, nine))) for nine in _nines(text))


def _nines(text: str) -> Iterator[str]:
    yield from _APART.findall(text)
    for grouped in _GROUPED.findall(text):
        yield from _nines_in(_DIGITS.findall(grouped))


def _nines_in(groups: list[str]) -> Iterator[str]:
    if sum(map(len, groups)) == _BSN_DIGITS:
        yield "".join(groups)
    for usual in _USUAL_GROUPS:
        for start in range(len(groups) - len(usual) + 1):
            some = groups[start : start + len(usual)]
            if tuple(map(len, some)) == usual:
                yield "".join(some)


def _remainder(digits: str) -> int:
    weighted: int = sum(map(mul, _WEIGHTS, map(int, digits)))
    return weighted % _MODULUS


def _in_plain_digits(text: str) -> str:
    """The text with 0 to 9 for whatever Unicode calls a digit; one character for several, such as ⑫, is taken apart."""
    return "".join(str(unicodedata.digit(one, one)) for one in unicodedata.normalize("NFKC", text))
