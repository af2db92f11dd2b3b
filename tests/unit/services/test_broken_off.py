"""A mail server that breaks off before it has a mail: at everybody's, or at some recipients' again and again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sending import Hands, over, planned, send_all, sending, settings, statuses, until
from smtp_stub import LOSE, SmtpStub, smtp_stub

from services.notifier.ledger import Status
from services.notifier.ledger_memory import MemoryLedger

CLOSING = "421 4.7.0 closing"
RESTS_TOO_LONG = {"reconnect_s": 60, "reconnect_s_max": 60, "smtp_connections": 2}
THREE_EACH = 3 * 2


class Once:
    """Answers one step so once, and as usual afterwards."""

    def __init__(self, step: str, answer: str) -> None:
        self._step = step
        self._answer: str | None = answer

    def __call__(self, step: str, recipient: str) -> str | None:
        del recipient
        if step != self._step:
            return None
        answer, self._answer = self._answer, None
        return answer


@pytest.mark.parametrize("answer", [LOSE, CLOSING])
@pytest.mark.parametrize("step", ["CONNECT", "MAIL"])
async def test_a_server_that_breaks_off_before_it_knows_of_a_mail_blames_none(step: str, answer: str) -> None:
    clock, stub = Hands(), SmtpStub(Once(step, answer))
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    entry = ledger.entries[UUID(int=0)]
    limits = {"smtp_connections": 1, "mail_attempts_max": 1}
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **limits), clock):
        await until(lambda: entry.reply != "")
        clock.advance(1)
        await until(lambda: over(ledger))
    assert (statuses(ledger), entry.attempts) == ([Status.SENT], 1)
    assert (stub.connections, len(stub.accepted)) == (2, 1)


@pytest.mark.parametrize("answer", [LOSE, CLOSING])
async def test_a_server_that_closes_behind_each_message_is_greeted_again_at_once_and_not_said_to_be_away(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    stub = SmtpStub(lambda step, recipient_before: answer if step == "MAIL" and recipient_before else None)
    recipients = [f"p{number}@example.nl" for number in range(20)]
    ledger = await send_all(stub, *recipients, **RESTS_TOO_LONG)
    assert set(statuses(ledger)) == {Status.SENT}
    assert sorted(to for to, _ in stub.accepted) == sorted(recipients)
    assert (stub.connections, caplog.messages) == (20, [])
    assert {entry.attempts for entry in ledger.entries.values()} == {1}


async def test_a_server_that_closes_behind_so_many_refused_recipients_is_greeted_again_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Exim counts each RSET, and by default ends the connection at the eleventh."""
    resets_taken, left = 2, 2

    def answer(step: str, recipient: str) -> str | None:
        nonlocal left
        left = {"CONNECT": resets_taken, "RSET": left - 1}.get(step, left)
        if step == "RCPT" and recipient.startswith("bad"):
            return "450 4.2.0 later"
        return CLOSING if step == "RSET" and left < 0 else None

    clock, stub = Hands(), SmtpStub(answer)
    ledger = MemoryLedger(clock.now)
    planned(ledger, *[f"bad{number}@example.nl" for number in range(12)], "a@example.nl")
    limits = RESTS_TOO_LONG | {"smtp_connections": 1}
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **limits), clock):
        await until(lambda: len(stub.accepted) == 1)
    assert (stub.connections, [line for line in caplog.messages if "mail server" in line]) == (5, [])


async def test_a_server_that_closes_the_next_connection_too_is_away(caplog: pytest.LogCaptureFixture) -> None:
    connections_taken = 1

    def falls_silent(step: str, recipient_before: str) -> str | None:
        return LOSE if step == "MAIL" and (recipient_before or stub.connections > connections_taken) else None

    clock, stub = Hands(), SmtpStub(falls_silent)
    ledger = planned(MemoryLedger(clock.now), "a@example.nl", "b@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock):
        await until(lambda: ledger.entries[UUID(int=1)].reply == "MAIL lost")
        assert (statuses(ledger), stub.connections) == ([Status.SENT, Status.PLANNED], 2)
        connections_taken = stub.connections + 1
        clock.advance(1)
        await until(lambda: over(ledger))
    assert [to for to, _ in stub.accepted] == ["a@example.nl", "b@example.nl"]
    assert "does not answer any more (MAIL lost)" in caplog.text


BREAKS_OFF_AT_ONE = [("RCPT", LOSE), ("RCPT", CLOSING), ("DATA", LOSE), ("DATA", CLOSING), ("BODY", CLOSING)]


@pytest.mark.parametrize(("step", "answer"), [*BREAKS_OFF_AT_ONE, ("RCPT", "530 5.7.0 log in"), ("BODY", "530 no")])
async def test_a_server_that_breaks_off_at_a_mail_gets_it_later_and_later_and_not_for_ever(
    step: str, answer: str
) -> None:
    clock, stub = Hands(), SmtpStub(lambda at, _: answer if at == step else None)
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    entry = ledger.entries[UUID(int=0)]
    async with smtp_stub(stub), sending(ledger, settings(stub.port, mail_attempts_max=3), clock):
        for pause_s in (10, 20):
            await until(lambda: entry.not_before > clock.now())
            assert (entry.status, entry.not_before - clock.now()) == (Status.PLANNED, timedelta(seconds=pause_s))
            clock.advance(pause_s)
        await until(lambda: over(ledger))
    assert (entry.status, entry.attempts) == (Status.FAILED, 3)
    assert (stub.connections, stub.accepted) == (3, [])


@pytest.mark.parametrize(("step", "answer"), BREAKS_OFF_AT_ONE)
async def test_recipients_at_whom_a_server_breaks_off_each_time_hold_up_nobody_elses_mail(
    step: str, answer: str
) -> None:
    bad, good = [f"bad{number}@example.nl" for number in range(30)], [f"p{number}@example.nl" for number in range(15)]
    clock, stub = Hands(), SmtpStub(lambda at, to: answer if at == step and to.startswith("bad") else None)
    ledger = planned(MemoryLedger(clock.now), *bad, *good)
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=2), clock):
        await until(lambda: statuses(ledger).count(Status.SENT) == len(good))
    assert sorted(to for to, _ in stub.accepted) == sorted(good)
    assert {entry.attempts for entry in ledger.entries.values()} == {1}


@pytest.mark.parametrize(("step", "answer"), BREAKS_OFF_AT_ONE)
async def test_while_a_server_takes_others_mails_no_line_rests_and_nothing_is_said(
    step: str, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    recipients = [name for number in range(15) for name in (f"bad{number}@example.nl", f"p{number}@example.nl")]
    clock, stub = Hands(), SmtpStub(lambda at, to: answer if at == step and to.startswith("bad") else None)
    ledger = planned(MemoryLedger(clock.now), *recipients)
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **RESTS_TOO_LONG), clock):
        await until(lambda: {entry.attempts for entry in ledger.entries.values()} == {1} and len(stub.accepted) == 15)
    assert stub.connections <= len(recipients) / 2 + 2
    assert [line for line in caplog.messages if "mail server" in line] == []


@pytest.mark.parametrize(
    ("step", "answer", "said"),
    [
        ("RCPT", CLOSING, "takes no mail of ours (RCPT 421 4.7.0)"),
        ("DATA", LOSE, "does not answer any more (DATA lost)"),
        ("BODY", "530 5.7.0 log in", "wants another login than ours (BODY 530 5.7.0)"),
    ],
)
async def test_a_server_that_breaks_off_at_everybodys_mail_is_left_in_peace_for_a_while(
    step: str, answer: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock, stub = Hands(), SmtpStub(lambda at, _: answer if at == step else None)
    ledger = planned(MemoryLedger(clock.now), *[f"p{number}@example.nl" for number in range(30)])

    async with smtp_stub(stub), sending(ledger, settings(stub.port, **RESTS_TOO_LONG), clock):
        await until(lambda: sum(entry.reply != "" for entry in ledger.entries.values()) >= THREE_EACH)
        for _ in range(500):
            await asyncio.sleep(0)
        assert THREE_EACH <= stub.connections <= THREE_EACH + 1
    assert [line for line in caplog.messages if "mail server" in line] == [
        f"the mail server {said}: each mail is tried again, later and later"
    ]


async def test_once_a_mail_is_taken_the_next_outage_begins_with_a_short_rest() -> None:
    greetings = iter([LOSE, None, LOSE])
    clock, stub = Hands(), SmtpStub(lambda at, _: next(greetings, None) if at == "CONNECT" else None)
    ledger = planned(MemoryLedger(clock.now), "a@example.nl", "b@example.nl")
    first, second = ledger.entries.values()
    limits = {"smtp_connections": 1, "mails_per_connection_max": 1, "reconnect_s": 0.01, "reconnect_s_max": 1}
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **limits), clock):
        await until(lambda: second.status is Status.SENT)
        clock.advance(1)
        await until(lambda: stub.connections == 3 and first.not_before > clock.now())
        assert first.not_before - clock.now() == timedelta(seconds=0.01)


@pytest.mark.parametrize(("step", "answer"), [("CONNECT", LOSE), ("MAIL", CLOSING), ("BODY", LOSE)])
async def test_a_line_whose_connection_breaks_before_or_in_a_mail_rests_before_the_next(step: str, answer: str) -> None:
    clock, stub = Hands(), SmtpStub(lambda at, _: answer if at == step else None)
    ledger = planned(MemoryLedger(clock.now), *[f"p{number}@example.nl" for number in range(9)])
    async with smtp_stub(stub), sending(ledger, settings(stub.port, **RESTS_TOO_LONG), clock):
        await until(lambda: sum(entry.reply != "" for entry in ledger.entries.values()) == 2)
        for _ in range(500):
            await asyncio.sleep(0)
        assert stub.connections == 2
