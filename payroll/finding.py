"""What is passed on of a finding of Keylane's: a right by its name, and nothing else that somebody typed."""

from collections.abc import Iterable

from payroll.elfproef import holds_bsn
from schemas.values import Finding


def passed_on(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each as `_passed_on`, and once where they differed in nothing else.

    Those kept or said by an earlier release may hold more than that.
    """
    return tuple(dict.fromkeys(map(_passed_on, findings)))


def _passed_on(finding: Finding) -> Finding:
    """The finding without a detail that is no right, or that could be a person's number."""
    if finding.detail is None or (finding.code == "RIGHT_MISSING" and not holds_bsn(finding.detail)):
        return finding
    return Finding(code=finding.code)
