"""Reasons in words the customer understands: those of the trade and of the mails, by the codes that services keep."""

from ops.registration import Reason
from payroll.fault import MESSAGES
from payroll.packages import packages
from schemas.values import Finding
from services.enrichment.documents import Reason as WaitCode
from services.intake.decide import ALREADY_REGISTERED, REFERENCE_TAKEN
from services.notifier.mails import field_name
from services.notifier.mails.policy_awaited import WAITS

_FAULTS = {
    **{code.value: message for code, message in MESSAGES.items()},
    "ALREADY_REGISTERED": ALREADY_REGISTERED,
    "REFERENCE_TAKEN": REFERENCE_TAKEN,
}


def of_fault(kept: str) -> Reason:
    """A fault as intake keeps it: "field CODE"."""
    field, _, code = kept.rpartition(" ")
    return Reason(code=code, field=field, text=f"{field_name(field)}: {_FAULTS.get(code, code)}")


def of_wait(code: WaitCode) -> Reason:
    """Why enrichment waits."""
    return Reason(code=code, text=WAITS[code])


def of_finding(finding: Finding, package: str) -> Reason:
    """What Keylane found, as the package's customers are told; which right, where one is missing."""
    what = packages()[package].help_for(finding.code).what
    missing = finding.detail if finding.code == "RIGHT_MISSING" else None
    return Reason(code=finding.code, text=f"{what} Het gaat om dit recht: {missing}." if missing else what)
