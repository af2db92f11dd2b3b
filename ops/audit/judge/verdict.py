"""The verdict: what every invariant found, and how far each could be decided."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ops.audit.judge import (
    i01_forms_end,
    i01_stopped_links,
    i02_asked_again,
    i02_effects_once,
    i03_order,
    i04_written_together,
    i05_founded,
    i05_notified,
    i06_at_rest,
    i08_secrecy,
    i09_replayed,
    i10_accounting,
)
from ops.audit.judge.evidence import Evidence
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History
from ops.audit.judge.i10_accounting import Account
from ops.audit.judge.tally import Tally, tally
from ops.terminal.age import minute


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings` are in the order of the invariants. `partly` says, by invariant, what was not looked at and why.

    `accounts` are by service (I10); `tally` counts connections and confirmations.
    """

    findings: tuple[Finding, ...]
    partly: dict[Invariant, str]
    accounts: tuple[Account, ...]
    tally: Tally

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def of(self, invariant: Invariant) -> tuple[Finding, ...]:
        """The findings against this invariant."""
        return tuple(finding for finding in self.findings if finding.invariant is invariant)


def judge(evidence: Evidence, *, at_rest: bool) -> Verdict:
    """Decide I1 to I11. With `at_rest` everything must have ended; otherwise what is in flight is left out."""
    history = History(evidence, at_rest=at_rest)
    findings = sorted({finding for part in _PARTS for finding in part(history)}, key=_place)
    accounts = tuple(i10_accounting.account(history, party) for party in history.services)
    return Verdict(tuple(findings), dict(_partly(history)), accounts, tally(history))


def replayed_without_effect(before: Evidence, after: Evidence) -> tuple[Finding, ...]:
    """Decide I9 by what a system at rest was before and after topics were read again."""
    return tuple(i09_replayed.new_effects(History(before, at_rest=True), History(after, at_rest=True)))


_PARTS: tuple[Callable[[History], Iterator[Finding]], ...] = (
    i01_forms_end.find,
    i01_stopped_links.find,
    i02_effects_once.find,
    i02_asked_again.find,
    i03_order.find,
    i04_written_together.find,
    i05_founded.find,
    i05_notified.find,
    i06_at_rest.find,
    i08_secrecy.find,
    i09_replayed.find,
    i10_accounting.find,
)


def _place(finding: Finding) -> tuple[int, Finding]:
    return list(Invariant).index(finding.invariant), finding


_NEEDS = {
    Invariant.I1: ("mails", "keylane", "submitted"),
    Invariant.I2: ("mails", "keylane", "deeds"),
    Invariant.I5: ("mails", "keylane"),
    Invariant.I8: ("mails", "texts"),
}
_NAMES = {
    "mails": "the mailbox",
    "keylane": "Keylane's record",
    "submitted": "the list of what was submitted",
    "texts": "logs",
    "deeds": "the record of what operators did",
}
_WITH_THE_PAST = (
    Invariant.I1, Invariant.I2, Invariant.I3, Invariant.I4, Invariant.I5, Invariant.I9, Invariant.I10, Invariant.I11,
)  # fmt: skip


def _partly(history: History) -> Iterator[tuple[Invariant, str]]:
    since = history.evidence.since
    for invariant in Invariant:
        lacking = [_NAMES[name] for name in _NEEDS.get(invariant, ()) if getattr(history.evidence, name) is None]
        said = [f"without {' and '.join(lacking)}"] if lacking else []
        if since is not None and invariant in _WITH_THE_PAST:
            said.append(f"since {minute(since)} only")
        if invariant in (Invariant.I6, Invariant.I7) and not history.at_rest:
            said.append("only what has stood still for 15 minutes")
        if invariant is Invariant.I6:
            said += _paused(history)
        if invariant is Invariant.I8 and any(not mail.recipients for mail in history.evidence.mails or ()):
            said.append("without for whom mails were accepted whose files have no X-Envelope-To")
        if invariant is Invariant.I9:
            said.append("ids only: a replay shows the rest")
        if said:
            yield invariant, "; ".join(said)


def _paused(history: History) -> Iterator[str]:
    for party in history.services:
        if (pause := history.tables(party.name).paused) is not None:
            yield f"not what is due in {party.name}, paused since {minute(pause.since)}, because {pause.reason}"
