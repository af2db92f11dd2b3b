from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from ledger_contract import *  # noqa: F403 (the contract's tests)
from ledger_contract import LANE, Book, Row

from services.notifier.ledger_memory import MemoryLedger
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.store import EffectRow

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class MemoryBook:
    """Its clock is a little later at every look, as a database's is."""

    def __init__(self) -> None:
        self._tables = (database := MemoryDatabase()).tables
        self.store = MemoryStore(database)
        times = (NOW + timedelta(microseconds=number) for number in count())
        self._now = times.__next__
        self.ledger = MemoryLedger(self._now, lambda mail, at: self._tables.wake_done(mail, at, NOW))

    async def plan(self, mail: UUID) -> None:
        fixed = ("link-realised", "connection 1", "applicant", 0, {"a": 1})
        self._tables.effects[mail] = EffectRow(mail, LANE, str(mail), *fixed)
        self.ledger.plan(mail, "link-realised", '{"a": 1}')

    async def row(self, mail: UUID) -> Row:
        entry = self.ledger.entries[mail]
        return Row(entry.status, entry.attempts, entry.reply)

    async def settle(self, mail: UUID, *, accepted: bool) -> None:
        self.ledger.settle(mail, accepted=accepted)

    async def now(self) -> datetime:
        return self._now()

    async def grow_older(self, seconds: float) -> None:
        for entry in self.ledger.entries.values():
            entry.claimed_at = (entry.claimed_at or NOW) - timedelta(seconds=seconds)

    async def pause(self) -> None:
        self.ledger.paused = True

    async def resume(self) -> None:
        self.ledger.paused = False


@pytest.fixture
def book() -> Book:
    return MemoryBook()
