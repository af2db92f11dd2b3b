"""A connection that ends: before the body nothing was sent, and only behind it nobody knows."""

import asyncio
from collections.abc import Collection, Sequence

import pytest
from sending import Hands, over, planned, sending, settings, statuses, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mail_server import SmtpLostError
from services.notifier.smtp_connection import SmtpConnection


class LedgerThatTakesItsTime(MemoryLedger):
    """While it notes that the first body is begun, the mail server is restarted."""

    def __init__(self, clock: Hands, stub: SmtpStub) -> None:
        super().__init__(clock.now)
        self._stub: SmtpStub | None = stub

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        moved = await super().move(moves)
        stub, begun = self._stub, any(move.to is Status.BODY_STARTED for move in moves)
        if stub is not None and begun:
            self._stub = None
            stub.cut()
            await until(lambda: stub.abandoned == 1)
            # The client hears of it in its own turn.
            for _ in range(5):
                await asyncio.sleep(0)
        return moved


async def test_a_server_that_goes_before_the_body_makes_no_mail_uncertain() -> None:
    stub, clock = SmtpStub(), Hands()
    ledger = LedgerThatTakesItsTime(clock, stub)
    planned(ledger, "a@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock):
        while not over(ledger):
            clock.advance(0.01)
            await asyncio.sleep(0)
    assert statuses(ledger) == [Status.SENT]
    assert (stub.connections, len(stub.accepted)) == (2, 1)


class Wire(asyncio.Transport):
    """Is closing, and has not said so yet."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        del protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return True


async def test_into_a_connection_that_is_closing_no_body_is_written() -> None:
    wire = Wire()
    connection = SmtpConnection(wire, "us@example.nl", pipelining=True, timeout_s=0.05)
    with pytest.raises(SmtpLostError) as lost:
        await connection.send(b"Subject: 1\r\n")
    assert (lost.value.body_written, wire.written, connection.mails) == (False, b"", 0)
