"""A mail server that greets and answers nothing then."""

import asyncio

import pytest
from sending import Hands, over, planned, sending, settings, statuses
from smtp_stub import LOSE, SmtpStub, smtp_stub

from services.notifier.ledger import Status
from services.notifier.ledger_memory import MemoryLedger


async def test_a_server_that_greets_and_is_silent_then_is_said_once_until_it_accepts_a_mail(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost: list[str] = []

    def falls_silent(step: str, recipient: str) -> str | None:
        if step != "MAIL" or recipient or len(lost) >= 3:
            return None
        lost.append(step)
        return LOSE

    clock, stub = Hands(), SmtpStub(falls_silent)
    ledger = MemoryLedger(clock.now)
    planned(ledger, "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock), asyncio.timeout(5):
        while not over(ledger):
            clock.passed_s += 0.001
            await asyncio.sleep(0)
    assert (statuses(ledger), len(lost)) == ([Status.SENT], 3)
    assert caplog.text.count("the mail server does not answer any more (MAIL lost)") == 1
