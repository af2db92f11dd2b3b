"""An audit's report, for people and for programs: each invariant, and the findings."""

from collections.abc import Iterator
from datetime import datetime

from ops.audit.judge.evidence import Evidence
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.i10_accounting import Account
from ops.audit.judge.verdict import Verdict
from ops.terminal.age import moment
from ops.terminal.output import wrapped
from ops.terminal.view import View

TITLES = {
    Invariant.I1: "every form comes to an end",
    Invariant.I2: "every effect is there once",
    Invariant.I3: "a registration's events are in order",
    Invariant.I4: "an outcome is recorded whole",
    Invariant.I5: "nothing was added by a worker without its lane",
    Invariant.I6: "nothing needs hands to go on",
    Invariant.I7: "a bad record delays no other key",
    Invariant.I8: "no secret, no personal data in clear",
    Invariant.I9: "a replay has no effect",
    Invariant.I10: "what was received is accounted for",
    Invariant.I11: "what was committed is in the journal",
}


class Ruling(View):
    """One invariant; `partly` says what could not be decided."""

    invariant: str
    title: str
    findings: int
    partly: str | None


class AuditView(View):
    """An audit; `since` is None when everything was read."""

    at: datetime
    since: datetime | None
    accounts: tuple[Account, ...]
    invariants: tuple[Ruling, ...]
    findings: tuple[Finding, ...]


def view(evidence: Evidence, verdict: Verdict) -> AuditView:
    """The verdict as it is shown."""
    return AuditView(
        at=evidence.now,
        since=evidence.since,
        accounts=tuple(verdict.accounts),
        invariants=tuple(_ruling(verdict, invariant) for invariant in Invariant),
        findings=tuple(verdict.findings),
    )


def report_lines(audit: AuditView, findings_max: int) -> Iterator[str]:
    """The report for people; at most `findings_max` findings."""
    read = f"since {moment(audit.since)}" if audit.since else "everything"
    yield f"audit of {moment(audit.at)}, of {read}"
    for account in audit.accounts:
        yield from _account_lines(account)
    for ruling in audit.invariants:
        yield from _ruling_lines(ruling)
    for finding in audit.findings[:findings_max]:
        yield from _finding_lines(finding)
    if len(audit.findings) > findings_max:
        yield f"and {len(audit.findings) - findings_max} more: --json names them all"
    yield f"audit: {len(audit.findings)} findings" if audit.findings else "audit: nothing found"


def _account_lines(account: Account) -> Iterator[str]:
    parts = [("done", account.done), ("parked", account.parked), ("moved", account.moved)]
    parts += [("in flight", account.in_flight), ("forgotten", account.forgotten), ("missing", account.missing)]
    sum_ = " + ".join(f"{count} {name}" for name, count in parts if count) or "0"
    yield from wrapped(f"{account.service:<13} {account.received} received = {sum_}", "  ", " " * 16)


def _ruling_lines(ruling: Ruling) -> Iterator[str]:
    said = f"{ruling.findings} FOUND" if ruling.findings else "holds"
    yield from wrapped(f"{ruling.invariant:<4} {said:<9} {ruling.title}", "  ", " " * 17)
    if ruling.partly:
        yield from wrapped(f"partly: {ruling.partly}", " " * 17, " " * 17)


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.invariant} {finding.code}"
    for text in (finding.about, finding.what, f"-> {finding.act}"):
        yield from wrapped(text, "  ", "     ")


def _ruling(verdict: Verdict, invariant: Invariant) -> Ruling:
    return Ruling(
        invariant=invariant,
        title=TITLES[invariant],
        findings=len(verdict.of(invariant)),
        partly=verdict.partly.get(invariant),
    )
