import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.notifier.fates import Fates
from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.ledger_postgres import PostgresLedger
from services.notifier.moves import Moves
from stream.clock import SystemClock
from stream.errors import Deadlocked, StoreUnavailable
from stream.postgres_session import Session


class CountedLedger(MemoryLedger):
    """Keeps the statements."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime(2026, 11, 22, tzinfo=UTC))
        self.statements: list[list[Status]] = []
        for number in range(3):
            self.plan(UUID(int=number), "link-realised", "{}")

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        self.statements.append([move.to for move in moves])
        return await super().move(moves)


async def test_one_statement_takes_the_ends_of_all_mails_on_the_wire_and_the_beginnings_after_them() -> None:
    ledger = CountedLedger()
    one, two, three = await ledger.claim(3)
    moves = Moves(ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=1)
    running = asyncio.create_task(moves.run())
    assert list(await asyncio.gather(moves.begin(one), moves.begin(two))) == [True, True]
    moves.end(Move(one, Status.SENT))
    third = asyncio.create_task(moves.begin(three))
    await asyncio.sleep(0)
    moves.end(Move(two, Status.SENT))
    assert await third
    assert ledger.statements == [[Status.BODY_STARTED] * 2, [Status.BODY_STARTED, Status.SENT, Status.SENT]]
    moves.close()
    await running


async def test_a_mail_waits_little_for_one_whose_server_does_not_answer() -> None:
    ledger = CountedLedger()
    silent, other, _ = await ledger.claim(3)
    moves = Moves(ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=1)
    running = asyncio.create_task(moves.run())
    assert await moves.begin(silent)
    async with asyncio.timeout(1):
        assert await moves.begin(other)
    moves.close()
    await running


async def test_a_mail_that_is_known_to_be_sent_is_not_begun_by_whoever_claimed_it_again_in_the_same_statement() -> None:
    ledger = CountedLedger()
    mail, *_ = await ledger.claim(3)
    moves = Moves(ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=1)
    moves.end(Move(MailClaim(mail.id, UUID(int=99), mail.kind, mail.payload, 1), Status.SENT))
    beginning = asyncio.create_task(moves.begin(mail))
    await asyncio.sleep(0)
    moves.close()
    await moves.run()
    assert not await beginning
    assert (ledger.statements, ledger.entries[mail.id].status) == ([[Status.SENT]], Status.SENT)


class BusyLedger(CountedLedger):
    """Does something once while it moves a mail."""

    meanwhile: Callable[[], None] | None = None

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = await super().move(moves)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return moved


async def test_the_end_of_a_mail_that_comes_while_another_s_is_noted_is_noted_after_it() -> None:
    ledger = BusyLedger()
    one, two, _ = await ledger.claim(3)
    moves = Moves(ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=1)
    running = asyncio.create_task(moves.run())
    assert list(await asyncio.gather(moves.begin(one), moves.begin(two))) == [True, True]
    ledger.meanwhile = lambda: moves.end(Move(two, Status.SENT))
    moves.end(Move(one, Status.SENT))
    moves.close()
    await asyncio.wait_for(running, 5)
    assert [ledger.entries[mail.id].status for mail in (one, two)] == [Status.SENT, Status.SENT]


class AnswerLost(MemoryLedger):
    """Notes an end, and the first time its answer does not come."""

    lost = False

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = await super().move(moves)
        if moves[0].to is not Status.BODY_STARTED and not self.lost:
            self.lost = True
            raise StoreUnavailable
        return moved


@pytest.mark.parametrize("end", [Status.SENT, Status.FAILED, Status.UNCERTAIN])
async def test_an_end_whose_answer_was_lost_is_noted_again_and_nothing_else_is_said(
    caplog: pytest.LogCaptureFixture, end: Status
) -> None:
    said: list[UUID] = []
    ledger = AnswerLost(lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda mail, _: said.append(mail))
    ledger.plan(UUID(int=1), "link-realised", "{}")
    (claim,) = await ledger.claim(1)
    moves = Moves(ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=0)
    running = asyncio.create_task(moves.run())
    assert await moves.begin(claim)
    moves.end(Move(claim, end))
    moves.close()
    await running
    assert (ledger.lost, ledger.entries[claim.id].status) == (True, end)
    assert "taken over" not in caplog.text
    assert len(said) == (end is Status.SENT)


class DeadlockedSession(Session):
    """Its statements are rolled back so many times."""

    def __init__(self, times: int) -> None:
        super().__init__("postgresql://nobody@127.0.0.1:1/nowhere")
        self.times = times

    async def fetch(self, sql: str, *values: object) -> list[Any]:
        del sql, values
        if self.times:
            self.times -= 1
            raise Deadlocked
        return []


@pytest.mark.parametrize("times", [1, 2])
async def test_a_deadlock_with_somebody_else_is_no_outage_unless_it_comes_again(times: int) -> None:
    session = DeadlockedSession(times)
    outage = pytest.raises(StoreUnavailable, match="Deadlocked") if times > 1 else nullcontext()
    with outage:
        await PostgresLedger(session).sweep(claimed_s=1, body_started_s=1)
    assert session.times == 0
