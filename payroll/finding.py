"""Which part of a finding of Keylane's is passed on: the name of a right, and no other text that somebody typed."""

from collections.abc import Iterable

from payroll.elfproef import holds_bsn
from schemas.values import Finding


def passed_on(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without other details, and without the repeats that this makes.

    Also needed for findings that an earlier release stored or published, which may have such details.
    """
    return tuple(dict.fromkeys(map(_passed_on, findings)))


def _passed_on(finding: Finding) -> Finding:
    """The finding, without its detail if that is no right or could be a person's number."""
    if finding.detail is None or (finding.code == "RIGHT_MISSING" and not holds_bsn(finding.detail)):
        return finding
    return Finding(code=finding.code)
