import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta
from email import message_from_bytes
from random import Random
from unittest.mock import patch
from uuid import UUID

import pytest
from sending import (
    NOW,
    Hands,
    mail_to,
    over,
    planned,
    send_all,
    send_when_back,
    sending,
    settings,
    statuses,
    until,
)
from smtp_stub import LOSE, SILENCE, SmtpStub, smtp_stub

from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mail_server import SmtpLostError
from services.notifier.smtp_connection import SmtpServer
from stream.errors import StoreUnavailable


async def test_every_planned_mail_is_accepted_once() -> None:
    stub = SmtpStub()
    recipients = [f"p{number}@example.nl" for number in range(50)]
    ledger = await send_all(stub, *recipients)
    assert set(statuses(ledger)) == {Status.SENT}
    assert sorted(to for to, _ in stub.accepted) == sorted(recipients)
    assert stub.connections <= 8


async def test_a_server_without_pipelining_is_served_step_by_step() -> None:
    stub = SmtpStub(pipelining=False)
    ledger = await send_all(stub, "a@example.nl", "b@example.nl")
    assert statuses(ledger) == [Status.SENT, Status.SENT]


async def test_a_connection_carries_no_more_mails_than_its_cap() -> None:
    stub = SmtpStub()
    await send_all(stub, *["a@example.nl"] * 6, smtp_connections=1, mails_per_connection_max=2)
    assert (stub.connections, stub.abandoned) == (3, 0)


async def test_a_permanent_refusal_fails_the_mail_with_its_code_and_no_address() -> None:
    stub = SmtpStub(
        lambda step, to: "550 5.1.1 <no@example.nl> unknown" if (step, to) == ("RCPT", "no@example.nl") else None
    )
    ledger = await send_all(stub, "no@example.nl", "yes@example.nl", smtp_connections=1)
    assert statuses(ledger) == [Status.FAILED, Status.SENT]
    assert [entry.reply for entry in ledger.entries.values()] == ["RCPT 550 5.1.1", ""]
    assert stub.connections == 1


async def test_a_server_that_goes_on_without_a_recipient_is_left_and_has_accepted_nothing() -> None:
    stub = SmtpStub(lambda step, to: "550 no" if (step, to) == ("RCPT", "no@example.nl") else None, strict=False)
    ledger = await send_all(stub, "no@example.nl", "yes@example.nl", smtp_connections=1)
    assert statuses(ledger) == [Status.FAILED, Status.SENT]
    assert [to for to, _ in stub.accepted] == ["yes@example.nl"]
    assert stub.connections == 2


async def test_a_mail_is_offered_behind_the_body_before_it_and_begun_only_when_its_own_turn_comes() -> None:
    clock = Hands()
    recipients = [f"p{number}@example.nl" for number in range(5)]
    ledger = planned(MemoryLedger(clock.now), *recipients)
    seen: list[tuple[str, Status]] = []

    def note(step: str, recipient: str) -> None:
        if step in ("DATA", "BODY"):
            seen.append((step, ledger.entries[UUID(int=recipients.index(recipient))].status))

    async with smtp_stub(SmtpStub(note)) as stub, sending(ledger, settings(stub.port, smtp_connections=1), clock):
        await until(lambda: over(ledger))
    assert seen == [("DATA", Status.CLAIMED), ("BODY", Status.BODY_STARTED)] * 5
    assert stub.followed > 0


async def test_a_mail_offered_behind_a_refused_body_is_sent_all_the_same() -> None:
    stub = SmtpStub(lambda step, to: "554 no" if (step, to) == ("BODY", "no@example.nl") else None)
    ledger = await send_all(stub, "no@example.nl", "a@example.nl", "b@example.nl", smtp_connections=1)
    assert statuses(ledger) == [Status.FAILED, Status.SENT, Status.SENT]
    assert stub.connections == 1


async def test_who_was_offered_a_mail_that_is_late_gets_nobody_elses() -> None:
    clock = Hands()

    def thinks_long(step: str, recipient: str) -> None:
        if (step, recipient) == ("BODY", "a@example.nl"):
            clock.advance(11)  # longer than a claim holds, and shorter than an answer is waited for

    stub, ledger = SmtpStub(thinks_long), MemoryLedger(clock.now)
    planned(ledger, "a@example.nl", "b@example.nl", "c@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock):
        await until(lambda: over(ledger))
    assert statuses(ledger) == [Status.SENT] * 3
    assert {entry.attempts for entry in ledger.entries.values()} == {1}
    assert sorted(to for to, _ in stub.accepted) == ["a@example.nl", "b@example.nl", "c@example.nl"]
    assert [f"<{to}>" for to, _ in stub.accepted] == [message_from_bytes(mail)["To"] for _, mail in stub.accepted]


async def test_a_connection_that_waits_for_one_recipients_message_takes_none_for_another() -> None:
    async with smtp_stub(SmtpStub()) as stub:
        connection = await SmtpServer(settings(stub.port))()
        await connection.offer("a@example.nl")
        await connection.send(b"Subject: 1\r\n", ahead="b@example.nl")
        with pytest.raises(SmtpLostError):
            await connection.offer("c@example.nl")
        assert connection.lost
    assert [to for to, _ in stub.accepted] == ["a@example.nl"]


async def test_a_server_that_waits_for_a_message_is_told_no_goodbye_in_its_place() -> None:
    async with smtp_stub(SmtpStub()) as stub:
        connection = await SmtpServer(settings(stub.port))()
        await connection.offer("a@example.nl")
        await connection.send(b"Subject: 1\r\n", ahead="b@example.nl")
        with patch.object(stub.transports[0].get_protocol(), "data_received") as heard:
            connection.close()
            await until(lambda: stub.abandoned == 1)
        heard.assert_not_called()


async def test_a_refused_body_fails_the_mail() -> None:
    ledger = await send_all(SmtpStub(lambda step, _: "554 no" if step == "BODY" else None), "a@example.nl")
    assert statuses(ledger) == [Status.FAILED]


async def test_a_refusal_for_now_is_tried_again_later_and_later() -> None:
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    entry = ledger.entries[UUID(int=0)]
    stub = SmtpStub(lambda step, _: "451 later" if step == "RCPT" else None)
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock):
        await until(lambda: entry.reply == "RCPT 451")
        assert (entry.status, entry.not_before - clock.now()) == (Status.PLANNED, timedelta(seconds=10))
        clock.advance(10)
        await until(lambda: entry.attempts == 2 and entry.status is Status.PLANNED)
        assert entry.not_before - clock.now() == timedelta(seconds=20)


async def test_who_is_refused_for_now_is_tried_again_for_three_days() -> None:
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    entry = ledger.entries[UUID(int=0)]
    stub = SmtpStub(lambda step, _: "451 later" if step == "RCPT" else None)
    async with smtp_stub(stub), sending(ledger, settings(stub.port, mail_poll_s=0.0001), clock):
        while not over(ledger):
            clock.advance(max(0.0, (entry.not_before - clock.now()).total_seconds()))
            await asyncio.sleep(0)
    assert statuses(ledger) == [Status.FAILED]
    assert timedelta(hours=72) <= clock.now() - NOW < timedelta(hours=73)


async def test_after_enough_refusals_the_mail_fails() -> None:
    stub = SmtpStub(lambda step, _: "451 later" if step == "BODY" else None)
    ledger = await send_all(stub, "a@example.nl", mail_attempts_max=1)
    assert statuses(ledger) == [Status.FAILED]
    assert stub.accepted == []


async def test_a_connection_lost_in_the_body_leaves_the_mail_uncertain_and_is_never_sent_again() -> None:
    stub = SmtpStub(lambda step, to: LOSE if (step, to) == ("BODY", "lost@example.nl") else None)
    ledger = await send_all(stub, "lost@example.nl", "a@example.nl", smtp_connections=1)
    assert statuses(ledger) == [Status.UNCERTAIN, Status.SENT]
    assert stub.subjects_of("lost@example.nl") == 1


async def test_a_server_that_does_not_answer_the_body_leaves_the_mail_uncertain() -> None:
    stub = SmtpStub(lambda step, _: SILENCE if step == "BODY" else None)
    ledger = await send_all(stub, "a@example.nl", smtp_timeout_s=0.05)
    assert statuses(ledger) == [Status.UNCERTAIN]


async def test_a_nonsensical_answer_to_the_body_leaves_the_mail_uncertain() -> None:
    ledger = await send_all(SmtpStub(lambda step, _: "moo" if step == "BODY" else None), "a@example.nl")
    assert statuses(ledger) == [Status.UNCERTAIN]


async def test_without_a_mail_server_mails_stay_planned_and_go_out_when_it_is_back() -> None:
    stub = SmtpStub()
    ledger = await send_when_back(stub)
    assert set(statuses(ledger)) == {Status.SENT}
    assert len(stub.accepted) == 20


class PausedLedger(MemoryLedger):
    """Time passes while the ledger notes that a body is begun."""

    def __init__(self, clock: Hands, pause_s: float, *, taken_over: bool) -> None:
        super().__init__(clock.now)
        self._clock = clock
        self._pause_s = pause_s
        self._taken_over = taken_over

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = await super().move(moves)
        if moves[0].to is Status.BODY_STARTED:
            self._clock.advance(self._pause_s)
            self._pause_s = 0
            if self._taken_over:
                await self.sweep(claimed_s=1, body_started_s=1)
        return moved


async def test_a_sender_that_was_paused_past_its_deadline_sends_nothing_and_gives_the_mail_back() -> None:
    clock = Hands()
    ledger = planned(PausedLedger(clock, 11, taken_over=False), "a@example.nl")
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port), clock):
        await until(lambda: over(ledger))
    assert (statuses(ledger), ledger.entries[UUID(int=0)].attempts) == ([Status.SENT], 1)
    assert (len(stub.accepted), stub.abandoned) == (1, 1)


async def test_a_paused_sender_that_has_sent_nothing_gives_back_a_row_that_was_swept_meanwhile() -> None:
    clock = Hands()
    ledger = planned(PausedLedger(clock, 100, taken_over=True), "a@example.nl")
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port), clock):
        await until(lambda: statuses(ledger) == [Status.SENT])
    assert len(stub.accepted) == 1


class FlakyLedger(MemoryLedger):
    """Every other call is not answered, without a pattern, whether its change is made or not."""

    def __init__(self, clock: Hands) -> None:
        super().__init__(clock.now)
        self._chance = Random(1)

    def _answer(self) -> None:
        if self._chance.random() < 1 / 2:
            raise StoreUnavailable

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        self._answer()
        return await super().claim(limit)

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        if self._chance.random() < 1 / 4:
            raise StoreUnavailable
        moved = await super().move(moves)
        self._answer()
        return moved


async def test_a_ledger_that_does_not_answer_delays_mails_and_doubles_none() -> None:
    clock = Hands()
    recipients = [f"p{number}@example.nl" for number in range(20)]
    ledger = planned(FlakyLedger(clock), *recipients)
    begun: list[Status] = []

    def note(step: str, recipient: str) -> None:
        if step == "BODY":
            begun.append(ledger.entries[UUID(int=recipients.index(recipient))].status)

    async with smtp_stub(SmtpStub(note)) as stub, sending(ledger, settings(stub.port), clock) as sender:
        while not over(ledger):
            # As the worker beside it does after every batch.
            sender.go_on()
            await asyncio.sleep(0)
    assert set(statuses(ledger)) == {Status.SENT}
    assert begun == [Status.BODY_STARTED] * len(recipients)
    assert sorted(to for to, _ in stub.accepted) == sorted(recipients)


async def test_a_mail_that_cannot_be_written_fails_and_the_others_go_out() -> None:
    clock = Hands()
    ledger = MemoryLedger(clock.now)
    ledger.plan(UUID(int=90), "newsletter", "{}")
    ledger.plan(UUID(int=91), "link-realised", "{}")
    planned(ledger, "a@example.nl", "one@example.nl, two@example.nl")
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port, mail_attempts_max=1), clock):
        await until(lambda: over(ledger))
    found = {entry.reply: entry.status for entry in ledger.entries.values()}
    assert found == {"MailUnreadableError": Status.FAILED, "AddressUnusableError": Status.FAILED, "": Status.SENT}
    assert [to for to, _ in stub.accepted] == ["a@example.nl"]


async def test_a_mail_of_another_release_waits_for_it() -> None:
    clock = Hands()
    ledger = MemoryLedger(clock.now)
    ledger.plan(UUID(int=90), "newsletter", "{}")
    planned(ledger, "a@example.nl")
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port), clock):
        await until(lambda: len(stub.accepted) == 1 and ledger.entries[UUID(int=90)].reply != "")
    waiting = ledger.entries[UUID(int=90)]
    assert (waiting.status, waiting.attempts) == (Status.PLANNED, 1)
    assert waiting.not_before == NOW + timedelta(seconds=10)


async def test_a_mail_that_breaks_the_one_who_writes_it_fails_and_the_others_go_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Hands()
    ledger = MemoryLedger(clock.now)
    ledger.plan(UUID(int=90), "link-realised", mail_to("b@example.nl").replace("2026-12", "2026-Jansen"))
    planned(ledger, "a@example.nl")
    async with smtp_stub(SmtpStub()) as stub, sending(ledger, settings(stub.port), clock):
        await until(lambda: over(ledger))
    assert (ledger.entries[UUID(int=90)].status, ledger.entries[UUID(int=90)].reply) == (Status.FAILED, "ValueError")
    assert "Jansen" not in caplog.text
    assert f"mail {UUID(int=90)} cannot be written: ValueError" in caplog.text
    assert "letter" in caplog.text
    assert [to for to, _ in stub.accepted] == ["a@example.nl"]


@pytest.mark.parametrize("code", [530, 550, 452])
async def test_a_server_that_refuses_the_sender_blames_no_mail(code: int) -> None:
    clock = Hands()
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    refusals = 5
    stub = SmtpStub(lambda step, _: f"{code} not you" if step == "MAIL" and stub.connections <= refusals else None)
    async with smtp_stub(stub), sending(ledger, settings(stub.port, mail_attempts_max=2), clock):
        while not over(ledger):
            clock.advance(1)
            await asyncio.sleep(0)
    assert (statuses(ledger), ledger.entries[UUID(int=0)].attempts) == ([Status.SENT], 1)
    assert stub.connections > refusals
