"""The mail ledger: one row per mail, and who may do what with it next.

PLANNED -> CLAIMED -> BODY_STARTED -> SENT | FAILED | UNCERTAIN. Every move after the claim needs the claim's token, so
that a sender that was thought dead changes nothing. One move needs none: to SENT from PLANNED or CLAIMED. Only a
database that came back older can have forgotten a body that was begun, and the server's acceptance is a fact.

A mail that was certainly not accepted goes back to PLANNED. If that is not known, it becomes UNCERTAIN and is never
sent again automatically, unless its own sender reports late that nothing was sent. A mail that is SENT is queued to be
reported (stream/migrations/0006.done.sql), whoever noted it. If an operator settled a mail as not sent, it stays FAILED
even if its sender reports later still that it was accepted: it was planned anew, and that row went out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Status(StrEnum):
    """Where a row stands."""

    PLANNED = "PLANNED"
    CLAIMED = "CLAIMED"
    BODY_STARTED = "BODY_STARTED"
    SENT = "SENT"
    FAILED = "FAILED"
    UNCERTAIN = "UNCERTAIN"


@dataclass(frozen=True, slots=True)
class MailClaim:
    """A mail that is ours to send while the row holds `token`; `payload` is the JSON text of its values.

    `attempts` counts claims, this one included, that were not given back untouched.
    """

    id: UUID
    token: UUID
    kind: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Move:
    """A claimed row's next status: BODY_STARTED, or an end: SENT, FAILED, UNCERTAIN, or PLANNED again after `delay_s`.

    `reply` is the command and the server's code, never an address. `untouched`: it was not because of the mail, so the
    attempt is not counted.
    """

    claim: MailClaim
    to: Status
    reply: str = ""
    delay_s: float = 0
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows a sweep found left behind."""

    returned: int
    uncertain: int


MOVES_FROM: dict[Status, tuple[Status, ...]] = {
    Status.BODY_STARTED: (Status.CLAIMED,),
    Status.PLANNED: (Status.CLAIMED, Status.BODY_STARTED, Status.UNCERTAIN),
    Status.SENT: (Status.PLANNED, Status.CLAIMED, Status.BODY_STARTED, Status.UNCERTAIN, Status.SENT),
    Status.FAILED: (Status.CLAIMED, Status.BODY_STARTED, Status.UNCERTAIN, Status.FAILED),
    Status.UNCERTAIN: (Status.BODY_STARTED, Status.UNCERTAIN),
}
"""From which statuses a row may move to this one: certain knowledge overrides UNCERTAIN, a guess does not.

An end may be noted twice, because only the answer to the first time may have been lost.
"""

FORGOTTEN = (Status.PLANNED, Status.CLAIMED)
"""Where a row stands if a database that came back older has forgotten that its mail's body was begun.

From there SENT is noted whoever holds the row. That gives the row back to its sender, so that whoever has claimed it
since begins no body.
"""


def above_claims(moves: Sequence[Move]) -> Sequence[Move]:
    """These without the moves of other claims on a mail that is known to be sent."""
    sent = {move.claim.id for move in moves if move.to is Status.SENT}
    return [move for move in moves if move.to is Status.SENT or move.claim.id not in sent]


class Ledger(Protocol):
    """Used by the senders of many processes at the same time. Times are by the ledger's own clock.

    Every method may raise StoreUnavailable, after which its change may have been made or not. While the service is
    paused nothing is claimed and no body is begun; mails that are under way are finished.
    """

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        """Claim up to this many mails that are due, under a new token. Rows that others are claiming are skipped."""

    async def renew(self, claims: Collection[MailClaim]) -> Collection[UUID]:
        """Let the age of these claims begin anew; return the ids of those that are still ours, with no body begun."""

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        """Commit these, each of another claim; return the claims that were still ours and could move so.

        Claims, not mails' ids: an expired claim and the one that followed it on the same mail may both be among them.
        """

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        """Move rows that were left behind for longer than this: CLAIMED to PLANNED, BODY_STARTED to UNCERTAIN."""
