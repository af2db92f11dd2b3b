"""One kept connection to the mail server, one mail at a time, its commands pipelined where the server allows it.

aiosmtplib connects (and upgrades to TLS where the server offers it); the four commands of a mail are sent by hand,
because through the library they cost more than everything else that the notifier does.
"""

import asyncio
from collections import deque
from enum import StrEnum
from typing import Self, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

REPLY_BYTES_MAX = 65_536

SERVER_IS_CLOSING = 421

_OK = range(200, 300)
_GO_ON = range(354, 355)
_NO = range(400, 600)


class Step(StrEnum):
    """What the server was asked."""

    CONNECT = "CONNECT"
    MAIL = "MAIL"
    RCPT = "RCPT"
    RSET = "RSET"
    DATA = "DATA"
    BODY = "BODY"


class SmtpRefusedError(Exception):
    """The server said no. The mail was certainly not accepted."""

    def __init__(self, step: Step, code: int) -> None:
        super().__init__(f"{step} {code}")
        self.step = step
        self.code = code


class SmtpLostError(Exception):
    """No answer: refused, lost, or not in time. With `body_written` nobody knows whether the mail was accepted."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"{step} lost")
        self.body_written = step is Step.BODY


class SmtpConnection(asyncio.Protocol):
    """A connection after its greeting. Not for two tasks at a time."""

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool, timeout_s: float) -> None:
        # Asked for once: each time it costs a system call (Python 3.11), five times a mail.
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._pipelining = pipelining
        self._timeout_s = timeout_s
        self._received = b""
        self._codes: deque[int] = deque()
        self.lost = False
        self._waiter: asyncio.Future[None] | None = None
        self.mails = 0

    @classmethod
    async def open(cls, host: str, port: int, *, hello: str, timeout_s: float) -> Self:
        """Connect and greet, as the host `hello`.

        Raises:
            SmtpLostError: nobody answered, or not in time.
            SmtpRefusedError: the server does not want us now.
        """
        client = SMTP(hostname=host, port=port, local_hostname=hello, timeout=timeout_s)
        try:
            await client.connect()
            await client.ehlo()
        except SMTPResponseException as error:
            client.close()
            raise SmtpRefusedError(Step.CONNECT, error.code) from None
        except (SMTPException, OSError):
            client.close()
            raise SmtpLostError(Step.CONNECT) from None
        return cls._taken_over(client, timeout_s)

    @classmethod
    def _taken_over(cls, client: SMTP, timeout_s: float) -> Self:
        transport = cast(asyncio.Transport, client.transport)
        connection = cls(transport, pipelining=client.supports_extension("pipelining"), timeout_s=timeout_s)
        transport.set_protocol(connection)
        return connection

    async def offer(self, sender: str, recipient: str) -> None:
        """Name sender and recipient; nothing is accepted by that.

        Raises:
            SmtpRefusedError: one of them is not wanted.
            SmtpLostError: no answer.
        """
        commands = {Step.MAIL: f"MAIL FROM:<{sender}>\r\n".encode(), Step.RCPT: f"RCPT TO:<{recipient}>\r\n".encode()}
        for step, code in (await self._ask(commands)).items():
            self._expect(step, code, _OK)

    async def send(self, message: bytes) -> None:
        """Send the message to whom it was offered; returns when the server has accepted it.

        Raises:
            SmtpRefusedError: it was not accepted.
            SmtpLostError: no answer; see there.
        """
        self.mails += 1
        await self._step(Step.DATA, b"DATA\r\n", _GO_ON)
        await self._step(Step.BODY, message.replace(b"\r\n.", b"\r\n..") + b".\r\n", _OK)

    async def reset(self) -> None:
        """Take back the offer, so that the next mail can be offered. Raises as `offer` does."""
        await self._step(Step.RSET, b"RSET\r\n", _OK)

    def close(self) -> None:
        """Say goodbye without waiting for the answer."""
        if not self.lost:
            self._transport.write(b"QUIT\r\n")
        self._transport.close()

    def abort(self) -> None:
        """Break the connection: a message under way is not accepted."""
        self._transport.abort()

    async def _step(self, step: Step, command: bytes, wanted: range) -> None:
        codes = await self._ask({step: command})
        self._expect(step, codes[step], wanted)

    def _expect(self, step: Step, code: int, wanted: range) -> None:
        if code in wanted:
            return
        if code in _NO:
            raise SmtpRefusedError(step, code)
        self.abort()
        raise SmtpLostError(step)

    async def _ask(self, commands: dict[Step, bytes]) -> dict[Step, int]:
        # A plain timer: asyncio.timeout() costs four times as much, three times a mail.
        patience = self._loop.call_later(self._timeout_s, self.abort)
        try:
            if self._pipelining:
                self._transport.write(b"".join(commands.values()))
            return {step: await self._answer(step, command) for step, command in commands.items()}
        finally:
            patience.cancel()

    async def _answer(self, step: Step, command: bytes) -> int:
        if not self._pipelining:
            self._transport.write(command)
        while not self._codes:
            if self.lost:
                raise SmtpLostError(step)
            self._waiter = self._loop.create_future()
            await self._waiter
        return self._codes.popleft()

    def data_received(self, data: bytes) -> None:
        """Take the codes of complete replies; of a reply of several lines, that of the last."""
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            if line[3:4] != b"-":
                self._codes.append(int(line[:3]) if line[:3].isdigit() else 0)
        if len(self._received) > REPLY_BYTES_MAX:
            self.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        del exc
        self.lost = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
