"""The connections that work, and the confirmations that were accepted: the counts of the demo's last line."""

from collections import Counter
from dataclasses import dataclass

from ops.audit.judge.called_for import REALISED, Link, employer_code_of, mails_of
from ops.audit.judge.history import History
from ops.audit.judge.i02_asked_again import unasked_mails
from ops.audit.judge.i02_effects_once import ledger


@dataclass(frozen=True, slots=True)
class Tally:
    """Each connection's end, and each confirmation's reason.

    `missing`: expected and not realised. `lost`: expected or realised, with no confirmation accepted and none
    uncertain. `double`: one entry for each confirmation after the first for one occasion; a realisation after a
    correction, or an operator's resend, is an occasion of its own. `unfounded`: one for each confirmation of a
    connection that is not realised.
    """

    expected: int
    realised: int
    mails: int
    missing: tuple[Link, ...]
    lost: tuple[Link, ...]
    double: tuple[Link, ...]
    unfounded: tuple[Link, ...]
    uncertain: tuple[Link, ...]

    @property
    def good(self) -> bool:
        """Whether every expected connection is realised, with one confirmation an occasion, and nothing else."""
        odd = (self.missing, self.lost, self.double, self.unfounded, self.uncertain)
        return not any(odd) and self.realised == self.expected

    def __str__(self) -> str:
        """The counts on one line; those that should be 0 only where they are not."""
        line = (
            f"{self.realised} of {self.expected} realised, {self.mails} mails, "
            f"{len(self.lost)} lost, {len(self.double)} double"
        )
        odd = {"unfounded": len(self.unfounded), "uncertain": len(self.uncertain)}
        return line + "".join(f", {count} {name}" for name, count in odd.items() if count)


def tally(history: History) -> Tally:
    """Compares what should work, what works, what was planned to be said, and how often each is in the mailbox."""
    submitted = history.evidence.submitted or ()
    expected = {Link(form.registration, code) for form in submitted for code in form.expected}
    facts = history.facts.get(REALISED, ())
    realised = {Link(fact.subject, employer_code_of(fact.data)) for fact in facts}
    links = {
        (fact.subject, mail.occasion): Link(fact.subject, employer_code_of(fact.data))
        for fact in facts
        for mail in mails_of(fact)
    }
    accepted = Counter(mail.message_id for mail in history.evidence.mails or ())
    confirmed: Counter[tuple[Link, str, int]] = Counter()
    uncertain: set[Link] = set()
    unasked = {row.id for row in unasked_mails(history)}
    for row in ledger(history):
        if row.kind == REALISED:
            link = links.get((row.subject, row.occasion), Link(row.subject, row.occasion))
            confirmed[link, row.occasion, 0 if row.id in unasked else row.epoch] += accepted[str(row.id)]
            uncertain |= {link} if row.status == "UNCERTAIN" and not accepted[str(row.id)] else set()
    told = {link for (link, _, _), count in confirmed.items() if count}
    return Tally(
        expected=len(expected),
        realised=len(realised),
        mails=confirmed.total(),
        missing=tuple(sorted(expected - realised)),
        lost=tuple(sorted(link for link in expected | realised if link not in told | uncertain)),
        double=tuple(sorted(link for (link, _, _), count in confirmed.items() for _ in range(count - 1))),
        unfounded=tuple(sorted(link for link, _, _ in confirmed.elements() if link not in realised)),
        uncertain=tuple(sorted(uncertain)),
    )
