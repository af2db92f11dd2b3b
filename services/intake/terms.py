"""The terms under which intake decides; a.s.r. sets them, and all of them are our proposal."""

from dataclasses import dataclass
from datetime import timedelta

from payroll.correction_code import CorrectionCodes

TAKEN_UP_WITHIN = timedelta(days=28)
"""After so long a link request that no processor has taken up is overdue."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`codes` check who corrects: without them nobody can.

    What is held is reminded of every `reminder`, and so is a link request until it is overdue; what is held lapses
    after `lapse`, as does a rejected form that nobody corrects.
    """

    codes: CorrectionCodes | None = None
    reminder: timedelta = timedelta(days=7)
    lapse: timedelta = timedelta(days=60)
