"""A relay that does not let us through yet, and says so of every recipient (Postfix does, unless told otherwise)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sending import Hands, over, planned, send_all, sending, settings, statuses, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import Status
from services.notifier.ledger_memory import MemoryLedger

DENIED = "554 5.7.1 <a@example.nl>: Relay access denied"


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_a_mail_that_the_relay_refuses_by_its_policy_goes_out_once_the_relay_is_put_right(step: str) -> None:
    denied = [DENIED]
    clock, stub = Hands(), SmtpStub(lambda at, _: denied[0] if at == step and denied else None)
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    entry = ledger.entries[UUID(int=0)]
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock):
        await until(lambda: entry.reply == f"{step} 554 5.7.1")
        assert (entry.status, entry.not_before - clock.now()) == (Status.PLANNED, timedelta(seconds=10))
        denied.clear()
        clock.advance(10)
        await until(lambda: over(ledger))
    assert (statuses(ledger), entry.attempts) == ([Status.SENT], 2)


async def test_it_is_not_tried_for_ever_as_it_can_be_about_its_recipient() -> None:
    stub = SmtpStub(lambda step, to: DENIED if (step, to) == ("RCPT", "a@example.nl") else None)
    ledger = await send_all(stub, "a@example.nl", "b@example.nl", smtp_connections=1, mail_attempts_max=1)
    assert statuses(ledger) == [Status.FAILED, Status.SENT]
    assert stub.connections == 1


@pytest.mark.parametrize(
    "answer", ["554 Relay access denied", "550 5.1.1 unknown", "554 5.7 no", "554-5.7.1\r\n554 no"]
)
async def test_a_refusal_that_names_no_policy_is_final(answer: str) -> None:
    ledger = await send_all(SmtpStub(lambda step, _: answer if step == "RCPT" else None), "a@example.nl")
    assert statuses(ledger) == [Status.FAILED]


async def test_a_policy_about_what_a_mail_says_is_final() -> None:
    ledger = await send_all(SmtpStub(lambda step, _: DENIED if step == "BODY" else None), "a@example.nl")
    assert statuses(ledger) == [Status.FAILED]
