"""What nobody expected ends the sender, and then its process, which tells what it was."""

import asyncio
from collections.abc import Collection, Sequence

import pytest
from sending import CODES, Hands, planned, settings, statuses
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import MailClaim, Move, Status, Swept
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.sender import Sender
from services.notifier.smtp_connection import SmtpServer


class Defective(MemoryLedger):
    """Fails at its first sweep after a body was begun."""

    def __init__(self, clock: Hands) -> None:
        super().__init__(clock.now)
        self._begun = asyncio.Event()

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        self._begun.set()
        return await super().move(moves)

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        await self._begun.wait()
        raise ZeroDivisionError from ValueError(claimed_s, body_started_s)


async def test_a_bug_ends_the_sender_as_the_error_that_it_is_and_the_mails_under_way_are_noted() -> None:
    clock, stub = Hands(), SmtpStub()
    ledger = planned(Defective(clock), "a@example.nl")
    async with smtp_stub(stub):
        limits = settings(stub.port)
        sender = Sender(ledger, limits, codes=CODES, clock=clock, connect=SmtpServer(limits))
        sender.go_on()
        with pytest.raises(ZeroDivisionError) as raised:
            await asyncio.wait_for(sender.run(), 5)
        await sender.stop()
    assert isinstance(raised.value.__cause__, ValueError)
    assert statuses(ledger) == [Status.SENT]
    assert len(stub.accepted) == 1
