"""The mail ledger of the notifier's database: the rows that its transactions planned, moved on by senders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic_core import to_json

from faults.simulation.clock import ProcessClock
from services.notifier.ledger import MailClaim, Move, Status, Swept
from services.notifier.ledger_memory import Entry, MemoryLedger
from stream.identity import effect_id
from stream.memory.disturbance import Disturbance, Moment
from stream.memory.store import MemoryDatabase
from stream.store import Row

_UNSENT = (Status.PLANNED, Status.CLAIMED, Status.BODY_STARTED)
_BEGUN = (Status.BODY_STARTED, Status.SENT, Status.UNCERTAIN)


class BookCopy(NamedTuple):
    """All rows of the ledger, and the operators' record of those that they had planned anew."""

    entries: Mapping[UUID, Entry]
    planned_anew: frozenset[UUID]


class MailBook:
    """The table `effect` as senders see it; the time is the database's own."""

    def __init__(self, database: MemoryDatabase, clock: ProcessClock) -> None:
        self._database = database
        self._clock = clock
        self.rows = MemoryLedger(clock.now, self._wake)
        self.planned_anew: set[UUID] = set()
        """What the operators' own record tells of."""

    def entries(self) -> Mapping[UUID, Entry]:
        """Every mail that is planned by now."""
        effects = self._database.tables.effects
        self.rows.paused = self._database.tables.paused
        if len(effects) != len(self.rows.entries):
            for row in effects.values():
                if row.id not in self.rows.entries:
                    self.rows.plan(row.id, row.kind, to_json(dict(row.payload)).decode())
        return self.rows.entries

    def settle(self, mail: UUID, *, accepted: bool) -> None:
        """What `koppeling mails settle` does: it ends as sent, or as failed and is planned anew in the next epoch."""
        self.rows.settle(mail, accepted=accepted)
        if not accepted:
            effects = self._database.tables.effects
            row = effects[mail]
            anew = effect_id(row.subject, row.kind, row.occasion, row.role, str(row.effect_epoch + 1))
            effects[anew] = row._replace(id=anew, effect_epoch=row.effect_epoch + 1)
            self.planned_anew.add(anew)

    def hold_back(self, verdict_s: float) -> None:
        """Mark every unsent mail uncertain, as `koppeling mails hold-back` does: a body that has just begun is left."""
        just_now = self._clock.now() - timedelta(seconds=verdict_s)
        for entry in self.entries().values():
            under_way = entry.status is Status.BODY_STARTED and (entry.body_started_at or just_now) > just_now
            if entry.status in _UNSENT and not under_way:
                entry.status, entry.token = Status.UNCERTAIN, None

    def copy(self) -> BookCopy:
        """What is known now, whatever is written later."""
        return BookCopy({id_: replace(entry) for id_, entry in self.entries().items()}, frozenset(self.planned_anew))

    def restore(self, copy: BookCopy) -> set[UUID]:
        """Come back as it was, beside the tables that did; the mails of which it forgets that a body had begun."""
        begun = {id_ for id_, entry in self.rows.entries.items() if entry.status in _BEGUN}
        self.rows.entries = {id_: replace(entry) for id_, entry in copy.entries.items()}
        self.planned_anew = set(copy.planned_anew)
        known = {id_ for id_, entry in self.rows.entries.items() if entry.status in _BEGUN}
        return begun - known

    def queue(self) -> dict[UUID, Row]:
        """The redelivery queue beside it, in the same database."""
        return self._database.tables.rows

    def _wake(self, mail: UUID, at: datetime) -> None:
        self._database.tables.wake_done(mail, at, self._clock.now())

    def uncertain(self, older_than_s: float) -> list[UUID]:
        """The uncertain mails that nobody can be sending any more."""
        before = self._clock.now() - timedelta(seconds=older_than_s)
        return [
            entry.id
            for entry in self.entries().values()
            if entry.status is Status.UNCERTAIN and (entry.body_started_at or entry.not_before) <= before
        ]


class SimulatedLedger:
    """One sender's connection to it."""

    def __init__(self, book: MailBook, disturb: Disturbance) -> None:
        self._book = book
        self._disturb = disturb

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        """Take up to so many mails whose time has come."""
        await self._disturb("claim", Moment.BEFORE)
        self._book.entries()
        claims = await self._book.rows.claim(limit)
        await self._disturb("claim", Moment.AFTER)
        return claims

    async def renew(self, claims: Collection[MailClaim]) -> Collection[UUID]:
        """Let these begin anew to be young."""
        await self._disturb("renew", Moment.BEFORE)
        renewed = await self._book.rows.renew([claim for claim in claims if claim.id in self._book.entries()])
        await self._disturb("renew", Moment.AFTER)
        return renewed

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        """Commit these."""
        await self._disturb("move", Moment.BEFORE)
        moved = await self._book.rows.move([move for move in moves if move.claim.id in self._book.entries()])
        await self._disturb("move", Moment.AFTER)
        return moved

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        """Rows left behind for longer than this."""
        await self._disturb("sweep", Moment.BEFORE)
        swept = await self._book.rows.sweep(claimed_s=claimed_s, body_started_s=body_started_s)
        await self._disturb("sweep", Moment.AFTER)
        return swept
