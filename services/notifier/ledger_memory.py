"""The mail ledger in memory: the same behaviour, for tests and the simulation."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from services.notifier.ledger import FORGOTTEN, MOVES_FROM, MailClaim, Move, Status, Swept


@dataclass(slots=True)
class Entry:
    """A row."""

    id: UUID
    kind: str
    payload: str
    not_before: datetime
    status: Status = Status.PLANNED
    token: UUID | None = None
    attempts: int = 0
    claimed_at: datetime | None = None
    body_started_at: datetime | None = None
    reply: str = ""


def _told_nobody(mail: UUID, at: datetime) -> None:
    del mail, at


class MemoryLedger:
    """A `Ledger`: rows in a dictionary. `now` is the database's clock, `paused` an operator's wish.

    `sent` is called for each mail that ends as SENT, with when its body was begun; in Postgres, a trigger does that.
    """

    def __init__(self, now: Callable[[], datetime], sent: Callable[[UUID, datetime], None] = _told_nobody) -> None:
        self._now = now
        self._sent = sent
        self._tokens = (UUID(int=number) for number in count(1))
        self.entries: dict[UUID, Entry] = {}
        self.paused = False

    def plan(self, mail: UUID, kind: str, payload: str) -> None:
        """What the worker's transaction does; planning again changes nothing."""
        self.entries.setdefault(mail, Entry(mail, kind, payload, self._now()))

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        now, token = self._now(), next(self._tokens)
        planned = (entry for entry in self.entries.values() if entry.status is Status.PLANNED and not self.paused)
        due = sorted((entry for entry in planned if entry.not_before <= now), key=lambda entry: entry.not_before)
        for entry in due[:limit]:
            entry.status, entry.token, entry.claimed_at = Status.CLAIMED, token, now
            entry.attempts += 1
        return [MailClaim(entry.id, token, entry.kind, entry.payload, entry.attempts) for entry in due[:limit]]

    async def renew(self, claims: Collection[MailClaim]) -> Collection[UUID]:
        held = {claim.id for claim in claims if self._holds(claim) and self.entries[claim.id].status is Status.CLAIMED}
        for mail in held:
            self.entries[mail].claimed_at = self._now()
        return held

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = [move for move in moves if self._may(move)]
        for move in moved:
            self._move(self.entries[move.claim.id], move)
        return {move.claim for move in moved}

    def settle(self, mail: UUID, *, accepted: bool) -> None:
        """What an operator's command does with a mail that is UNCERTAIN, once it is known what became of it."""
        entry = self.entries[mail]
        entry.status, entry.reply = Status.SENT if accepted else Status.FAILED, "SETTLED"
        self._note(entry)

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        returned = self._older(Status.CLAIMED, claimed_s)
        uncertain = self._older(Status.BODY_STARTED, body_started_s)
        for entry in returned:
            entry.status = Status.PLANNED
            entry.attempts -= 1
        for entry in uncertain:
            entry.status = Status.UNCERTAIN
        return Swept(len(returned), len(uncertain))

    def _holds(self, claim: MailClaim) -> bool:
        return self.entries[claim.id].token == claim.token

    def _may(self, move: Move) -> bool:
        if self.paused and move.to is Status.BODY_STARTED:
            return False
        status = self.entries[move.claim.id].status
        known = self._holds(move.claim) or (move.to is Status.SENT and status in FORGOTTEN)
        return known and status in MOVES_FROM[move.to]

    def _move(self, entry: Entry, move: Move) -> None:
        noted, entry.status, entry.reply = entry.status, move.to, move.reply
        entry.token = move.claim.token
        entry.attempts -= move.untouched
        if move.to is Status.BODY_STARTED:
            entry.body_started_at = self._now()
        if move.to is Status.PLANNED:
            entry.not_before = self._now() + timedelta(seconds=move.delay_s)
        if noted is not Status.SENT:
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        if entry.status is Status.SENT:
            self._sent(entry.id, entry.body_started_at or self._now())

    def _older(self, status: Status, seconds: float) -> list[Entry]:
        before = self._now() - timedelta(seconds=seconds)
        return [entry for entry in self.entries.values() if entry.status is status and _since(entry) <= before]


def _since(entry: Entry) -> datetime:
    since = entry.body_started_at if entry.status is Status.BODY_STARTED else entry.claimed_at
    return since or entry.not_before
