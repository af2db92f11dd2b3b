"""A text that an operator typed, without what can be of people: it is published where nobody can take it back.

Left out are e-mail addresses, IBANs, and numbers of eight digits or more, however they are written: a BSN, a wage tax
number and a telephone number have so many, and a date of birth. Kept is what a reason rightly names: our ids and a
commit's (hexadecimal), a day from 2020 on with its time, and what is called an offset. In doubt it is left out: a group
whose name has no letter goes with the numbers. The row keeps what was typed.

Every pattern is bounded, or passes each character once: a long text costs no more than its length.
"""

import re

DIGITS_MIN = 8
LONE_DIGITS_MAX = 2
"""A telephone number has one or two that stand alone (+31 6 ...); lanes and versions have more."""

_UUID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
_IBAN = r"\b[a-z]{2}\d{2}(?:[ .-]?[a-z]{4})?(?:[ .-]?\d){7,28}\b"
_ADDRESS = r"[^\s@<>]{1,64}@[^\s@<>]{1,255}"
_HASH = r"\b(?=\d*[a-f])[0-9a-f]{16,64}\b"
_DAY = r"(?<!\d)(?:20[2-9]\d[-/.][01]?\d[-/.][0-3]?\d|[0-3]?\d[-/.][01]?\d[-/.]20[2-9]\d)(?!\d)"
_TIME = r"(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?"
_OFFSET = r"\boffsets? \d{1,19}(?:(?:-| to )\d{1,19})?\b"
_NUMBER = rf"(?P<digits>\d(?:[-/. ]?(?!{_UUID}|{_HASH}|{_DAY})\d)*)(?:[LB]\d{{2}})?"
# The first that fits counts: an id with its attempt (ID@2) is no address, and a hash with a domain is one.
_FOUND = re.compile(
    rf"(?P<id>{_UUID})|{_IBAN}|{_ADDRESS}|(?P<ours>{_HASH}|{_DAY}{_TIME}|{_OFFSET})|{_NUMBER}", re.IGNORECASE
)


def without_people(text: str) -> str:
    """The same with an ellipsis for each of them."""
    return _FOUND.sub(lambda found: found[0] if _stays(found) else "…", text)


def _stays(found: re.Match[str]) -> bool:
    if (number := found["digits"]) is None:
        return bool(found["id"] or found["ours"])
    groups = re.split("[-/. ]", number)
    return sum(map(len, groups)) < DIGITS_MIN or sum(len(group) == 1 for group in groups) > LONE_DIGITS_MAX
