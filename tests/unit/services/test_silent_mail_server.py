"""A mail server that is away, greets and answers nothing then, or takes its time."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import pytest
from sending import CODES, Hands, over, planned, send_when_back, sending, settings, statuses, until
from smtp_stub import LOSE, SmtpStub, smtp_stub

from services.notifier.fates import Fates
from services.notifier.ledger import MailClaim, Move, Status, Swept
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mail_outage import MailOutage
from services.notifier.mail_server import Connection, SmtpCommand, SmtpLostError
from services.notifier.moves import Moves
from services.notifier.sender import Sender
from stream.clock import SystemClock
from stream.errors import StoreUnavailable


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
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock), asyncio.timeout(5):
        while not over(ledger):
            clock.advance(0.001)
            await asyncio.sleep(0)
    assert (statuses(ledger), len(lost)) == ([Status.SENT], 3)
    assert caplog.text.count("the mail server does not answer any more (MAIL lost)") == 1
    assert caplog.text.count("the mail server takes mails again") == 1


async def test_that_a_server_is_away_all_lines_say_once_together_and_that_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await send_when_back(SmtpStub())
    assert [line for line in caplog.messages if "mail server" in line] == [
        "no connection to the mail server (SMTPConnectError): tried again until it takes mails",
        "the mail server takes mails again",
    ]


def test_an_outage_is_said_once_a_minute_and_its_end_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = Hands()
    outage = MailOutage(clock)
    for passed_s in (0, 59, 1, 1):
        clock.advance(passed_s)
        outage.report(f"away for {clock.monotonic():.0f} s")
    outage.clear()
    outage.clear()
    assert [line.partition(":")[0] for line in caplog.messages] == [
        "away for 0 s", "away for 60 s", "the mail server takes mails again"
    ]  # fmt: skip


def test_a_server_that_breaks_off_is_blamed_at_the_last_of_so_many_mails_and_anew_once_it_took_one() -> None:
    outage = MailOutage(Hands())
    for _ in range(2):
        assert [outage.breaks_off("lost", often=3) for _ in range(4)] == [False, False, True, True]
        outage.clear()


async def test_of_a_claim_that_is_given_back_when_its_time_is_over_nothing_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, ledger = Hands(), MemoryLedger(Hands().now)
    planned(ledger, "a@example.nl")
    (claim,) = await ledger.claim(1)
    await ledger.sweep(claimed_s=0, body_started_s=0)
    moves = Moves(ledger, clock, Fates(), list[StoreUnavailable]().append, retry_s=1)
    for end in (Status.PLANNED, Status.FAILED):
        moves.end(Move(claim, end))
    moves.close()
    await moves.run()
    assert [line for line in caplog.messages if "taken over" in line] == [
        f"mail {claim.id} was taken over before it was FAILED"
    ]


class TellingLedger(MemoryLedger):
    """Tells when all its mails have come to their end: nobody looks again and again while a server thinks."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.is_over = asyncio.Event()

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = await super().move(moves)
        if over(self):
            self.is_over.set()
        return moved


@pytest.mark.long
async def test_a_server_that_thinks_for_longer_than_a_claim_holds_gets_its_mails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, stub = SystemClock(), SmtpStub(thinks_s=0.8)
    ledger = planned(TellingLedger(clock.now), "a@example.nl", "b@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, claim_s=0.4, smtp_connections=2), clock):
        await asyncio.wait_for(ledger.is_over.wait(), 5)
    assert (statuses(ledger), len(stub.accepted)) == ([Status.SENT] * 2, 2)
    assert (stub.abandoned, caplog.messages) == (0, [])


async def test_a_mail_that_was_claimed_again_while_its_line_waited_is_accepted_once() -> None:
    of_database, held_back = Hands(), list[Callable[[], None]]()
    stub, ledger = SmtpStub(held_back=held_back), MemoryLedger(of_database.now)
    planned(ledger, "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=2), Hands()):
        await until(lambda: len(held_back) == 1)
        of_database.advance(11)
        await ledger.sweep(claimed_s=10, body_started_s=60)
        await until(lambda: len(held_back) == 2)
        for ask in held_back:
            ask()
        await until(lambda: over(ledger))
    assert statuses(ledger) == [Status.SENT]
    assert len(stub.accepted) == 1


class PassingLedger(MemoryLedger):
    """Before each of its sweeps, half of a claim's time passes."""

    def __init__(self, clock: Hands) -> None:
        super().__init__(clock.now)
        self._clock = clock
        self.sweeps = 0

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        self._clock.advance(claimed_s / 2)
        self.sweeps += 1
        return await super().sweep(claimed_s=claimed_s, body_started_s=body_started_s)


async def test_a_mail_whose_server_greets_later_than_a_claim_ends_stays_with_its_sender() -> None:
    clock, greets = Hands(), asyncio.Event()
    ledger = planned(PassingLedger(clock), "a@example.nl")

    async def connect() -> Connection:
        await greets.wait()
        raise SmtpLostError(SmtpCommand.CONNECT)

    sender = Sender(ledger, settings(1, claim_s=0.02, smtp_connections=1), codes=CODES, clock=clock, connect=connect)
    sender.go_on()
    running = asyncio.create_task(sender.run())
    await until(lambda: ledger.sweeps > 4)
    (entry,) = ledger.entries.values()
    assert (entry.status, entry.attempts) == (Status.CLAIMED, 1)
    greets.set()
    await sender.stop()
    await running
