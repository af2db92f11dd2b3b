"""What `/metrics` says of mails: one number for each way a try can end, and nothing of whose mail it was."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from prometheus_client import CollectorRegistry, generate_latest
from sending import NOW, Hands, over, planned, sending, settings, statuses, until
from smtp_stub import LOSE, SmtpStub, smtp_stub

from services.notifier.fates import Fate, Fates
from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger


def told(fates: Fates) -> dict[str, float]:
    (family,) = fates.collect()
    return {sample.labels["fate"]: sample.value for sample in family.samples}


def retried(fates: Fates, times: int) -> bool:
    return told(fates)["retried"] == times


def page(fates: Fates) -> str:
    registry = CollectorRegistry()
    registry.register(fates)
    return generate_latest(registry).decode()


def test_every_fate_stands_there_before_any_mail_is_tried_and_one_that_is_given_back_was_not() -> None:
    fates = Fates()
    fates.noted(Move(MailClaim(UUID(int=1), UUID(int=2), "link-realised", "{}", 1), Status.PLANNED, untouched=True))
    assert told(fates) == dict.fromkeys(Fate, 0)


async def test_sent_failed_and_uncertain_mails_are_counted_and_nobody_is_named() -> None:
    def answer(step: str, to: str) -> str | None:
        if (step, to) == ("RCPT", "no@example.nl"):
            return "550 unknown"
        return LOSE if (step, to) == ("BODY", "lost@example.nl") else None

    stub, clock = SmtpStub(answer), Hands()
    ledger = planned(MemoryLedger(clock.now), "no@example.nl", "lost@example.nl", "a@example.nl", "b@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock) as sender:
        await until(lambda: over(ledger))
    assert told(sender.fates) == {"sent": 2, "failed": 1, "uncertain": 1, "retried": 0}
    assert 'koppeling_mails_total{fate="sent"} 2.0' in page(sender.fates)
    assert "example.nl" not in page(sender.fates)


async def test_a_mail_that_is_tried_again_is_counted_at_each_try() -> None:
    refusals = iter(["451 later", "451 later"])
    stub, clock = SmtpStub(lambda step, _: next(refusals, None) if step == "RCPT" else None), Hands()
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock) as sender:
        for tries in (1, 2):
            await until(partial(retried, sender.fates, tries))
            clock.advance(timedelta(hours=1).total_seconds())
        await until(lambda: over(ledger))
    assert (told(sender.fates), statuses(ledger)) == (
        {"sent": 1, "failed": 0, "uncertain": 0, "retried": 2},
        [Status.SENT],
    )


async def test_what_a_sweep_finds_to_be_uncertain_is_counted_too() -> None:
    now = [NOW]
    ledger = planned(MemoryLedger(lambda: now[0]), "a@example.nl")
    (claim,) = await ledger.claim(1)
    await ledger.move([Move(claim, Status.BODY_STARTED)])
    now[0] += timedelta(days=1)
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port), Hands()) as sender:
        await until(lambda: over(ledger))
    assert told(sender.fates)["uncertain"] == 1
