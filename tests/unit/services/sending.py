"""A sender with a ledger in memory, a mail server in the test's own loop, and a clock that is told to move."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from smtp_stub import SmtpStub, smtp_stub

from payroll.correction_code import CorrectionCodes
from schemas.values import ConnectionStage
from services.notifier.ledger import Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.sender import Sender
from services.notifier.settings import SenderSettings
from services.notifier.smtp_connection import SmtpServer
from stream.clock import Clock
from stream.memory.manual_clock import ManualClock

L = TypeVar("L", bound=MemoryLedger)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CODES = CorrectionCodes(bytes(32))


class Hands(ManualClock):
    """A clock that moves when it is told to; sleeping only lets others go on."""

    def __init__(self) -> None:
        super().__init__(NOW)

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)


def settings(port: int, **changes: float) -> SenderSettings:
    quick = {"mail_poll_s": 0.001, "reconnect_s": 0.001, "reconnect_s_max": 0.002, "smtp_timeout_s": 5}
    return SenderSettings.model_validate({"smtp_host": "127.0.0.1", "smtp_port": port, **quick, **changes})


def mail_to(recipient: str) -> str:
    return LinkRealisedMail(
        email=recipient,
        reference="ABCDEFGHJK1",
        company_name="Bakkerij De Korst",
        package_title="Loket.nl",
        employer_code="8106625",
        first_exchange_on=date(2027, 1, 5),
        period_id="2026-12",
        connections=(ConnectionStage(connection=1, employer_code="8106625", stage="realised"),),
    ).model_dump_json()


def planned(ledger: L, *recipients: str) -> L:
    """This ledger, with a mail to each."""
    for number, recipient in enumerate(recipients):
        ledger.plan(UUID(int=number), "link-realised", mail_to(recipient))
    return ledger


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the ledger in memory tells nobody)
            await asyncio.sleep(0)


def over(ledger: MemoryLedger) -> bool:
    ends = (Status.SENT, Status.FAILED, Status.UNCERTAIN)
    return all(entry.status in ends for entry in ledger.entries.values())


def statuses(ledger: MemoryLedger) -> list[Status]:
    return [entry.status for entry in ledger.entries.values()]


@asynccontextmanager
async def sending(ledger: MemoryLedger, limits: SenderSettings, clock: Clock) -> AsyncIterator[Sender]:
    sender = Sender(ledger, limits, codes=CODES, clock=clock, connect=SmtpServer(limits))
    sender.go_on()
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        await sender.stop()
        await running


async def send_all(stub: SmtpStub, *recipients: str, **changes: float) -> MemoryLedger:
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), *recipients)
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **changes), clock):
        await until(lambda: over(ledger))
    return ledger


async def send_when_back(stub: SmtpStub) -> MemoryLedger:
    """Twenty mails, each of which has missed the server before it listens again."""
    async with smtp_stub(stub):
        pass
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), *["a@example.nl"] * 20)
    async with sending(ledger, settings(stub.port), clock):
        await until(lambda: all(entry.reply == "CONNECT lost" for entry in ledger.entries.values()))
        async with smtp_stub(stub):
            clock.advance(1)
            await until(lambda: over(ledger))
    return ledger
