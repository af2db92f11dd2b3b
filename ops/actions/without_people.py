"""Removes what may be personal data from a text that an operator typed, as it is published and cannot be taken back.

Removed are e-mail addresses, IBANs, and numbers of eight digits or more in any notation: BSNs, wage tax numbers,
telephone numbers and dates of birth have that many. Kept is what a reason should be able to name: our ids and those of
commits (hexadecimal), a day from 2020 on with its time, and what is called an offset. In doubt it is removed: a group's
name without a letter is taken for a number. The operators' own record keeps the text as it was typed.

Every pattern is bounded, or passes each character once, so the time is linear in the length of the text.
"""

import re

DIGITS_MIN = 8
LONE_DIGITS_MAX = 2
"""A telephone number has at most two digits that stand alone (+31 6 ...); lists of lanes and versions have more."""

_UUID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
_IBAN = r"\b[a-z]{2}\d{2}(?:[ .-]?[a-z]{4})?(?:[ .-]?\d){7,28}\b"
_ADDRESS = r"[^\s@<>]{1,64}@[^\s@<>]{1,255}"
_HASH = r"\b(?=\d*[a-f])[0-9a-f]{16,64}\b"
_DAY = r"(?<!\d)(?:20[2-9]\d[-/.][01]?\d[-/.][0-3]?\d|[0-3]?\d[-/.][01]?\d[-/.]20[2-9]\d)(?!\d)"
_TIME = r"(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?"
_OFFSET = r"\boffsets? \d{1,19}(?:(?:-| to )\d{1,19})?\b"
_NUMBER = rf"(?P<digits>\d(?:[-/. ]?(?!{_UUID}|{_HASH}|{_DAY})\d)*)(?:[LB]\d{{2}})?"
# The order matters, as the first that fits counts: an id with its attempt (ID@2) is kept, a hash@domain is an address.
_FOUND = re.compile(
    rf"(?P<id>{_UUID})|{_IBAN}|{_ADDRESS}|(?P<ours>{_HASH}|{_DAY}{_TIME}|{_OFFSET})|{_NUMBER}", re.IGNORECASE
)


def without_people(text: str) -> str:
    """The text with an ellipsis in place of everything that may be personal data."""
    return _FOUND.sub(lambda found: found[0] if _stays(found) else "…", text)


def _stays(found: re.Match[str]) -> bool:
    if (number := found["digits"]) is None:
        return bool(found["id"] or found["ours"])
    groups = re.split("[-/. ]", number)
    return sum(map(len, groups)) < DIGITS_MIN or sum(len(group) == 1 for group in groups) > LONE_DIGITS_MAX
