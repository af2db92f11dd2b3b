"""What Keylane says about a registration: each of its behaviours, and whether a link comes of it."""

from sandbox.keylane.script import Step, Steps, usual
from schemas.values import Finding

_WHY = (Finding(code="CREDENTIALS_INVALID"),)
_AGAIN = (Finding(code="MANDATE_MISSING"),)

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
    "asks until it is corrected": (
        False,
        (
            Step(report="accepted"),
            Step(report="customer_action_needed", findings=_WHY, after_s=1, cycle=1),
            Step(report="configured", after_s=1, cycle=2),
        ),
    ),
}
