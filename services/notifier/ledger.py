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

    `reply` is the command and the server's code, never an address. `untouched` says that the mail had no part in it:
    the attempt is not counted.
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
"""From where a row may move: what is known for certain stands above UNCERTAIN, a guess does not.

An end may be noted twice: of the first time only the answer may be lost.
"""

FORGOTTEN = (Status.PLANNED, Status.CLAIMED)
"""Where a row stands of which a database that came back older has forgotten that its mail was begun.

SENT is noted there whoever holds the row, which is the sender's again: who has claimed it since begins no body.
"""


def above_claims(moves: Sequence[Move]) -> Sequence[Move]:
    """Without what other claims would do to a mail that is known to be sent."""
    sent = {move.claim.id for move in moves if move.to is Status.SENT}
    return [move for move in moves if move.to is Status.SENT or move.claim.id not in sent]


class Ledger(Protocol):
    """Asked by senders, many at a time in many processes; time is the ledger's own.

    Every method may raise StoreUnavailable, after which its change may have been made or not. While the service is
    paused nothing is claimed and no body is begun; what is on its way ends.
    """

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        """Take up to this many mails that are due, under a new token. Rows that others hold are skipped."""

    async def renew(self, claims: Collection[MailClaim]) -> Collection[UUID]:
        """Let these begin anew to be young; the ids of those that still were ours, and no body begun."""

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        """Commit these, each of another claim; the claims that still were ours and could move so.

        No ids: a claim that has run out and the one that followed it are of one mail, and may both be among them.
        """

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        """Rows left behind for longer than this: CLAIMED back to PLANNED, BODY_STARTED to UNCERTAIN."""
