from datetime import UTC, datetime
from uuid import UUID

import pytest
from ledger_contract import *  # noqa: F403 (the contract's tests)
from ledger_contract import Book, Row

from services.notifier.ledger_memory import MemoryLedger


class MemoryBook:
    def __init__(self) -> None:
        self.ledger = MemoryLedger(lambda: datetime(2026, 11, 22, tzinfo=UTC))

    async def plan(self, mail: UUID) -> None:
        self.ledger.plan(mail, "link-realised", '{"a": 1}')

    async def row(self, mail: UUID) -> Row:
        entry = self.ledger.entries[mail]
        return Row(entry.status, entry.attempts, entry.reply)

    async def pause(self) -> None:
        self.ledger.paused = True

    async def resume(self) -> None:
        self.ledger.paused = False


@pytest.fixture
def book() -> Book:
    return MemoryBook()
