import asyncio
import time
from collections.abc import Collection, Sequence
from uuid import UUID

import pytest
from sending import NOW, Hands, planned, until

from payroll.correction_code import KEY_BYTES_MIN
from services.notifier.__main__ import sender_of
from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mail_claims import CLAIMS_MAX, MailClaims
from services.notifier.settings import NotifierSettings
from stream.environment import PREFIX
from stream.errors import StoreUnavailable


class AskedLedger(MemoryLedger):
    """Keeps how many mails it was asked for, each time."""

    def __init__(self, mails: int) -> None:
        super().__init__(lambda: NOW)
        self.asked: list[int] = []
        for number in range(mails):
            self.plan(UUID(int=number), "link-realised", "{}")

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        self.asked.append(limit)
        return await super().claim(limit)


def claims(ledger: AskedLedger, clock: Hands) -> MailClaims:
    found = MailClaims(ledger, clock, batch=4, poll_s=60, claim_s=16)
    found.go_on()
    return found


async def take(found: MailClaims, count: int) -> None:
    for _ in range(count):
        assert await found.next() is not None


async def test_mails_that_go_out_quickly_are_claimed_more_at_a_time_up_to_a_limit() -> None:
    ledger = AskedLedger(4000)
    await take(claims(ledger, Hands()), 3000)
    assert ledger.asked[:4] == [4, 8, 16, 32]
    assert max(ledger.asked) == CLAIMS_MAX


async def test_mails_that_go_out_slowly_are_claimed_a_few_at_a_time_so_that_none_is_held_in_vain() -> None:
    ledger, clock = AskedLedger(100), Hands()
    found = claims(ledger, clock)
    await take(found, 12)
    clock.advance(5)
    await take(found, 1)
    assert ledger.asked == [4, 8, 4]


async def test_a_ledger_that_had_nothing_more_is_not_asked_again_before_there_is_news() -> None:
    ledger = AskedLedger(1)
    found = claims(ledger, Hands())
    await take(found, 1)
    waiting = asyncio.create_task(found.next())
    await asyncio.sleep(0)
    assert ledger.asked == [4]
    ledger.plan(UUID(int=7), "link-realised", "{}")
    found.wake()
    assert await waiting is not None
    assert ledger.asked == [4, 4]


async def test_nothing_is_claimed_of_a_ledger_that_was_away_before_the_word_to_go_on_is_given() -> None:
    ledger = AskedLedger(2)
    found = claims(ledger, Hands())
    found.away(StoreUnavailable())
    assert (found.found_away(), found.found_away()) == (True, False)
    waiting = asyncio.create_task(found.next())
    await asyncio.sleep(0)
    assert ledger.asked == []
    found.go_on()
    assert await waiting is not None


async def test_who_holds_can_be_stopped_and_claims_nothing() -> None:
    ledger = AskedLedger(2)
    found = claims(ledger, Hands())
    found.hold()
    waiting = asyncio.create_task(found.next())
    await asyncio.sleep(0)
    found.stop()
    found.hold()
    assert await asyncio.wait_for(waiting, 1) is None
    assert ledger.asked == []


async def test_who_waits_for_news_can_be_stopped_although_it_is_to_hold_then() -> None:
    ledger = AskedLedger(0)
    found = claims(ledger, Hands())
    waiting = asyncio.create_task(found.next())
    await until(lambda: ledger.asked != [])
    found.stop()
    found.hold()
    assert await asyncio.wait_for(waiting, 1) is None


class SleptLedger(MemoryLedger):
    """The machine sleeps for an hour behind its first claim."""

    def __init__(self, clocks: dict[int, float]) -> None:
        super().__init__(lambda: NOW)
        self._clocks = clocks
        self.moved: list[Move] = []

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        found = await super().claim(limit)
        self._clocks[time.CLOCK_BOOTTIME] = 3605.0
        return found

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        self.moved += moves
        return await super().move(moves)


async def test_the_sender_of_a_machine_that_slept_finds_its_claims_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"KAFKA_BOOTSTRAP": "127.0.0.1:1", "POSTGRES_URL": "postgresql://n@127.0.0.1:1/n", "SMTP_HOST": "127.0.0.1"}
    for name, value in (told | {"SMTP_PORT": "1", "CORRECTION_KEY": "k" * KEY_BYTES_MIN}).items():
        monkeypatch.setenv(PREFIX + name, value)
    clocks = {time.CLOCK_MONOTONIC: 5.0, time.CLOCK_BOOTTIME: 5.0}
    monkeypatch.setattr(time, "clock_gettime", clocks.__getitem__)
    ledger = planned(SleptLedger(clocks), "a@example.nl")
    sender = sender_of(ledger, NotifierSettings())
    sender.go_on()
    running = asyncio.create_task(sender.run())
    await until(lambda: ledger.moved != [])
    await sender.stop()
    await running
    assert (ledger.moved[0].to, ledger.moved[0].reply) == (Status.PLANNED, "")


async def test_what_is_taken_is_renewed_until_its_end_and_what_waits_for_a_connection_is_not() -> None:
    clock = Hands()
    found = claims(AskedLedger(2), clock)
    taken = await found.next()
    assert taken is not None
    clock.advance(10)
    await found.renew()
    found.done(taken.claim)
    clock.advance(2)
    await found.renew()
    waiting = found.at_once()
    assert (taken.until, waiting and waiting.until) == (26, 16)


async def test_a_claim_that_was_swept_meanwhile_is_renewed_no_more() -> None:
    ledger, clock = AskedLedger(1), Hands()
    found = claims(ledger, clock)
    taken = await found.next()
    assert taken is not None
    await ledger.sweep(claimed_s=0, body_started_s=0)
    clock.advance(10)
    await found.renew()
    assert taken.until == 16


async def test_of_two_claims_of_one_mail_each_comes_to_its_own_end_in_whatever_order() -> None:
    ledger, clock = AskedLedger(1), Hands()
    found = claims(ledger, clock)
    first = await found.next()
    await ledger.sweep(claimed_s=0, body_started_s=0)
    found.wake()
    second = await found.next()
    assert first is not None
    assert second is not None
    clock.advance(10)
    found.done(first.claim)
    await found.renew()
    assert second.until == 26
    found.done(second.claim)
    found.done(first.claim)
