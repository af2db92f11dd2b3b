"""The terms under which intake decides; a.s.r. sets them, and all of them are our proposal."""

from dataclasses import dataclass
from datetime import timedelta

from payroll.correction_code import CorrectionCodes


@dataclass(frozen=True, slots=True)
class Terms:
    """`codes` check who corrects: without them nobody can.

    What is held is reminded of every `reminder` and lapses after `lapse`, as does a rejected form that nobody corrects.
    """

    codes: CorrectionCodes | None = None
    reminder: timedelta = timedelta(days=7)
    lapse: timedelta = timedelta(days=60)
