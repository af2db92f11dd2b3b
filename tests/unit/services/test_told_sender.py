"""What a sender does that is told to stop, to hold or to look: the worker beside it tells it so."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from sending import CODES, Hands, over, planned, sending, settings, statuses, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import Status, Swept
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.sender import Sender
from services.notifier.smtp_connection import SmtpServer
from stream.errors import StoreUnavailable


async def test_a_stop_finishes_the_mail_under_way_and_gives_the_others_back() -> None:
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), *["a@example.nl"] * 8)
    sender: list[Sender] = []

    def stop_at_the_first(step: str, recipient: str) -> None:
        del recipient
        if step == "MAIL":
            stopping.append(asyncio.ensure_future(sender[0].stop()))

    stopping: list[asyncio.Future[None]] = []
    async with smtp_stub(SmtpStub(stop_at_the_first)) as stub:
        limits = settings(stub.port, smtp_connections=2, mail_poll_s=60)
        sender.append(Sender(ledger, limits, codes=CODES, clock=clock, connect=SmtpServer(limits)))
        sender[0].go_on()
        await sender[0].run()
        await asyncio.gather(*stopping)
    assert len(stub.accepted) in (1, 2)
    counted = Counter((entry.status, entry.attempts) for entry in ledger.entries.values())
    assert counted == {(Status.SENT, 1): len(stub.accepted), (Status.PLANNED, 0): 8 - len(stub.accepted)}


class SweptLedger(MemoryLedger):
    """Counts its sweeps, of which it may not answer the first."""

    def __init__(self, *, is_away: bool) -> None:
        super().__init__(Hands().now)
        self._is_away = is_away
        self.sweeps = 0

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        self.sweeps += 1
        if self._is_away and self.sweeps == 1:
            raise StoreUnavailable
        return await super().sweep(claimed_s=claimed_s, body_started_s=body_started_s)


@pytest.mark.parametrize("is_found", [True, False])
async def test_who_is_to_hold_or_finds_the_ledger_away_takes_no_mail_before_it_is_told_to_go_on(
    *, is_found: bool
) -> None:
    stub, ledger = SmtpStub(), SweptLedger(is_away=is_found)
    planned(ledger, "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, claim_s=0.02), Hands()) as sender:
        if not is_found:
            sender.hold()
        await until(lambda: ledger.sweeps > 1)
        assert (sender.found_away(), sender.found_away()) == (is_found, False)
        assert ledger.entries[UUID(int=0)].attempts == 0
        sender.go_on()
        await until(lambda: over(ledger))


async def test_news_wakes_a_sender_that_waits() -> None:
    clock = Hands()
    ledger = MemoryLedger(clock.now)
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port, mail_poll_s=60), clock) as sender:
        await asyncio.sleep(0)
        planned(ledger, "a@example.nl")
        sender.wake()
        await until(lambda: over(ledger))
    assert statuses(ledger) == [Status.SENT]
