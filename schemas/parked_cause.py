"""Why records are parked, told apart by what a human has to mend: the same cause has the same fingerprint.

A dead letter names it, and commands find by it whatever else is parked for that cause.
"""

import re
from hashlib import blake2b
from typing import NamedTuple

_FRAME = re.compile(
    r'File "(?!.*site-packages)(?:.*/)?(?P<file>(?:schemas|payroll|stream|services)/[\w/]+\.py)", '
    r"line \d+, in (?P<function>[^\n]+)"
)
_MARK = re.compile(r"^message (?P<mark>[0-9a-f]{8})$", re.MULTILINE)
_VARIES = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[\d@]\S*")
"""What differs from record to record: what is quoted, numbers, ids, addresses."""


class Cause(NamedTuple):
    """`group` is its fingerprint: service, reason (which names the exception's class), our top frame, message.

    `text` is the frame, or what the trace begins with; empty where the reason says it all.
    """

    group: str
    text: str


def cause_of(service: str, reason: str, trace: str | None) -> Cause:
    """By what the row keeps. A line number is left out: it moves with each release."""
    frames = list(_FRAME.finditer(trace or ""))
    marks = _MARK.findall(trace or "")
    text = f"{frames[-1]['file']}, {frames[-1]['function']}" if frames else _first_line(trace)
    parts = (service, reason, text, *marks)
    return Cause(blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=4).hexdigest(), text)


def normalised(message: str) -> str:
    """The message without what differs from record to record."""
    return " ".join(_VARIES.sub("*", message).split())


def _first_line(trace: str | None) -> str:
    lines = (trace or "").strip().splitlines()
    return normalised(lines[0]) if lines else ""
