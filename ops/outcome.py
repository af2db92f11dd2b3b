"""What came of it all: the connections that work, and the confirmations in the mailbox, counted and compared.

Both sides are read where they ended up, never from what was sent: the connections from provisioning's documents, the
confirmations from the mailbox, joined by the mail ledger (a mail's Message-ID is its row's id).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


class Link(NamedTuple):
    """A connection: within a registration every employer code stands once."""

    registration: str
    employer_code: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A confirmation that was planned, once; `uncertain` when it may have been accepted and nobody can know."""

    id: UUID
    link: Link
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Each connection's end, and each confirmation's reason.

    `missing`: expected and not realised. `lost`: expected or realised, with no confirmation in the mailbox and none
    uncertain. `double`: one entry for each confirmation after a connection's first. `unfounded`: one for each
    confirmation of a connection that is not realised.
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
        """Whether every expected connection is realised, with exactly one confirmation, and nothing besides."""
        odd = (self.missing, self.lost, self.double, self.unfounded, self.uncertain)
        return not any(odd) and self.realised == self.expected == self.mails

    def __str__(self) -> str:
        """The counts on one line; what should not be there at all only where it is."""
        line = (
            f"{self.realised} of {self.expected} realised, {self.mails} mails, "
            f"{len(self.lost)} lost, {len(self.double)} double"
        )
        odd = {"unfounded": len(self.unfounded), "uncertain": len(self.uncertain)}
        return line + "".join(f", {count} {name}" for name, count in odd.items() if count)


def judge(
    expected: Collection[Link],
    realised: Collection[Link],
    ledger: Iterable[LedgerRow],
    mailed: Mapping[UUID, int],
) -> Outcome:
    """Compare what should work, what works, what was planned to be said, and how often each row is in the mailbox."""
    rows = list(ledger)
    confirmed: Counter[Link] = Counter()
    for row in rows:
        confirmed[row.link] += mailed.get(row.id, 0)
    uncertain = {row.link for row in rows if row.uncertain and not mailed.get(row.id)}
    wanted = {*expected, *realised}
    return Outcome(
        expected=len(expected),
        realised=len(realised),
        mails=confirmed.total(),
        missing=tuple(sorted(set(expected) - set(realised))),
        lost=tuple(sorted(link for link in wanted if not confirmed[link] and link not in uncertain)),
        double=tuple(sorted(link for link, count in confirmed.items() for _ in range(count - 1))),
        unfounded=tuple(sorted(link for link in confirmed.elements() if link not in realised)),
        uncertain=tuple(sorted(uncertain)),
    )
