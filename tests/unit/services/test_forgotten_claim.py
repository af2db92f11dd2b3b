"""A database that came back older has forgotten a claim: its sender knows better."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime
from math import inf
from uuid import UUID

from sending import Hands, mail_to, over, sending, settings, statuses, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.sender import Sender
from stream.errors import StoreUnavailable


class FailsOver(MemoryLedger):
    """Comes back as it was before, when a mail that was sent is to be noted, and is away so many times."""

    def __init__(self, now: Callable[[], datetime], away: float) -> None:
        super().__init__(now)
        self.plan(UUID(int=1), "link-realised", mail_to("a@b.example"))
        self.older = deepcopy(self.entries)
        self.away = away
        self.refused = 0

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        if self.refused < self.away and any(move.to is Status.SENT for move in moves):
            self.entries = self.older
            self.refused += 1
            raise StoreUnavailable
        return await super().move(moves)


@asynccontextmanager
async def failed_over(stub: SmtpStub, away: float) -> AsyncIterator[tuple[FailsOver, Sender]]:
    clock = Hands()
    ledger = FailsOver(clock.now, away)
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock) as sender:
        await until(lambda: ledger.refused > 0)
        yield ledger, sender


async def test_a_mail_whose_claim_was_forgotten_is_accepted_once() -> None:
    stub = SmtpStub()
    async with failed_over(stub, away=1) as (ledger, sender):
        assert sender.found_away()
        sender.go_on()
        await until(lambda: over(ledger))
    assert len(stub.accepted) == 1


async def test_nothing_is_claimed_while_a_mail_that_was_sent_is_not_noted() -> None:
    async def tries() -> None:
        ten_more = ledger.refused + 10
        await until(lambda: ledger.refused >= ten_more)

    stub = SmtpStub()
    async with failed_over(stub, away=inf) as (ledger, sender):
        ledger.plan(UUID(int=2), "link-realised", mail_to("b@b.example"))
        sender.wake()
        await tries()
        sender.go_on()
        await tries()
        assert statuses(ledger) == [Status.PLANNED, Status.PLANNED]
        ledger.away = 0
        await until(lambda: statuses(ledger) == [Status.SENT, Status.PLANNED])
        sender.go_on()
        await until(lambda: over(ledger))
    assert [to for to, _ in stub.accepted] == ["a@b.example", "b@b.example"]
