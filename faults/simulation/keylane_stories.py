"""What Keylane says about a registration: each of its behaviours, and whether a link comes of it."""

from sandbox.keylane.script import Step, Steps, usual
from schemas.values import Finding

_WHY = (Finding(code="CREDENTIALS_INVALID"),)
_AGAIN = (Finding(code="MANDATE_MISSING"),)

_DAY_S = 86_400
_CLOCKS_APART_S = 65
"""More than any clock is ahead: no report is dated so early that a process could not believe it."""
_WORKS = Step(report="configured", after_s=0.5, dated_s=_CLOCKS_APART_S - _DAY_S)
"""Dated about a day back, so that what stops seconds later has worked for more than a day."""
_STOPS = Step(report="customer_action_needed", findings=_WHY, after_s=1, dated_s=_CLOCKS_APART_S, times=2, new_id=True)
_STOPS_OTHERWISE = Step(report="customer_action_needed", findings=_AGAIN, after_s=2, dated_s=_CLOCKS_APART_S)
_WORKS_AGAIN = Step(report="configured", after_s=2, dated_s=_CLOCKS_APART_S)

KEYLANE_STORIES: dict[str, tuple[bool, Steps]] = {
    "usual": (True, usual(0.5)),
    "slow": (True, usual(25)),
    "twice": (True, (Step(report="accepted", times=2), Step(report="configured", after_s=1, times=2))),
    "twice by other ids": (
        True,
        (Step(report="accepted", times=2, new_id=True), Step(report="configured", after_s=1, times=2, new_id=True)),
    ),
    "asks": (
        True,
        (
            Step(report="customer_action_needed", findings=_WHY, times=2),
            Step(report="accepted", after_s=1),
            Step(report="customer_action_needed", findings=_AGAIN, after_s=2),
            Step(report="configured", after_s=12),
        ),
    ),
    "refuses": (False, (Step(report="accepted"), Step(report="failed", findings=_WHY, after_s=1))),
    "contradicts": (
        False,
        (Step(report="configured", after_s=1), Step(report="failed", findings=_WHY, after_s=1.05)),
    ),
    "early": (True, (Step(report="accepted", early=True), Step(report="configured", after_s=2))),
    "of no cycle of ours": (True, (Step(report="accepted", cycle_offset=1), *usual(1))),
    "never": (False, ()),
    "stops": (True, (Step(report="accepted"), _WORKS, _STOPS)),
    "stops for another reason": (True, (_WORKS, _STOPS, _STOPS_OTHERWISE)),
    "stops and works again": (True, (_WORKS, _STOPS, _WORKS_AGAIN)),
    # Both days leave clocks no room: what a process whose clock is wrong parks is not expected to work.
    "stops for the same again": (
        False,
        (
            Step(report="configured", after_s=0.5, dated_s=-_DAY_S),
            Step(report="customer_action_needed", findings=_WHY, after_s=1, dated_s=1),
            Step(report="configured", after_s=2, dated_s=1),
            Step(report="customer_action_needed", findings=_WHY, after_s=5, dated_s=_DAY_S - 1),
        ),
    ),
    "asks until it is corrected": (
        False,
        (
            Step(report="accepted"),
            Step(report="customer_action_needed", findings=_WHY, after_s=1, cycle=1),
            Step(report="configured", after_s=1, cycle=2),
        ),
    ),
}
