"""One kept connection to the mail server, one mail at a time, its commands pipelined where the server allows it.

aiosmtplib connects, encrypted as the settings say; the commands of a mail are sent by hand,
because through the library they cost more than everything else that the notifier does. With pipelining (RFC 2920)
a mail's body and the next mail's MAIL, RCPT and DATA are one write, and their four replies most often one read.
"""

import asyncio
import math
import re
from collections.abc import Sequence
from typing import cast

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from services.notifier.mail_server import SmtpCommand, SmtpLostError, SmtpRefusedError
from services.notifier.settings import SenderSettings, Tls
from stream.half_open import watch

REPLY_BYTES_MAX = 65_536

_OK = range(200, 300)
_GO_ON = range(354, 355)
_NO = range(400, 600)
_STATUS = re.compile(rb"\d{3} (\d\.\d{1,3}\.\d{1,3})\b")
_KEPT_BYTES = 16
"""Of a reply: its code and its status."""
_WANTED = {
    SmtpCommand.RSET: _OK,
    SmtpCommand.MAIL: _OK,
    SmtpCommand.RCPT: _OK,
    SmtpCommand.DATA: _GO_ON,
    SmtpCommand.BODY: _OK,
}

_AT_A_RECIPIENT = (SmtpCommand.RCPT, SmtpCommand.DATA)

_START_TLS: dict[Tls, bool | None] = {"none": False, "offered": None, "starttls": True, "tls": False}

Commands = Sequence[tuple[SmtpCommand, bytes]]


class SmtpServer:
    """The server that these settings name: a `Connect`."""

    def __init__(self, settings: SenderSettings) -> None:
        self._settings = settings

    async def __call__(self) -> "SmtpConnection":
        """Connect, greet and log in. Raises SmtpLostError and SmtpRefusedError."""
        settings = self._settings
        client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            local_hostname=settings.mail_domain,
            timeout=settings.smtp_timeout_s,
            use_tls=settings.smtp_tls == "tls",
            start_tls=_START_TLS[settings.smtp_tls],
        )
        try:
            await client.connect()
            await client.ehlo()
            await self._log_in(client)
        except SMTPAuthenticationError as error:
            client.close()
            raise SmtpRefusedError(SmtpCommand.LOGIN, error.code) from None
        except SMTPResponseException as error:
            client.close()
            raise SmtpRefusedError(SmtpCommand.CONNECT, error.code) from None
        except (SMTPException, OSError) as error:
            client.close()
            raise SmtpLostError(SmtpCommand.CONNECT, type(error).__name__) from None
        transport = cast(asyncio.Transport, client.transport)
        # A mail whose answer is given up is uncertain: its server is waited for as long as the settings say.
        watch(transport, math.ceil(settings.smtp_timeout_s))
        pipelining = client.supports_extension("pipelining")
        return SmtpConnection(transport, settings.mail_from, pipelining=pipelining, timeout_s=settings.smtp_timeout_s)

    async def _log_in(self, client: SMTP) -> None:
        username, password = self._settings.smtp_username, self._settings.smtp_password
        if username is not None and password is not None:
            await client.auth_plain(username, password.get_secret_value())


class SmtpConnection(asyncio.Protocol):
    """A `Connection`. Not for two tasks at a time."""

    def __init__(self, transport: asyncio.Transport, sender: str, *, pipelining: bool, timeout_s: float) -> None:
        # Asked for once: each time it costs a system call (Python 3.11).
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._mail = f"MAIL FROM:<{sender}>\r\n".encode()
        self._pipelining = pipelining
        self._timeout_s = timeout_s
        self._received = b""
        self._answers: list[bytes] = []
        self._ahead: Commands = ()
        self._offered_ahead: str | None = None
        self._refused = False
        self._waiter: asyncio.Future[None] | None = None
        self._wanted = 0
        self._until = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self.lost = False
        self.mails = 0
        transport.set_protocol(self)

    async def offer(self, recipient: str) -> None:
        if not self._pipelining:
            for command in self._offer(recipient):
                self._transport.write(command[1])
                await self._answered([command])
            return
        ahead, self._offered_ahead = self._offered_ahead, None
        if ahead is not None and ahead != recipient:
            # Otherwise the mail would go to the recipient that was offered ahead.
            self.abort()
            raise SmtpLostError(SmtpCommand.MAIL)
        if ahead is None:
            self._ahead = self._offer(recipient)
            self._transport.write(b"".join([command for _, command in self._ahead]))
        await self._answered(self._ahead)

    async def send(self, message: bytes, *, ahead: str | None = None) -> None:
        if self.lost or self._transport.is_closing():
            # Nothing of it is written, so the mail is certainly not accepted.
            raise SmtpLostError(SmtpCommand.DATA)
        self.mails += 1
        parts = [message.replace(b"\r\n.", b"\r\n.."), b".\r\n"]
        if ahead is not None and self._pipelining:
            self._ahead, self._offered_ahead = self._offer(ahead), ahead
            parts += [command for _, command in self._ahead]
        self._transport.write(b"".join(parts))
        await self._answered([(SmtpCommand.BODY, b"")])

    def close(self) -> None:
        """Quit, or abort if the server waits for a message: it would take the command for that."""
        if self._offered_ahead is not None:
            self.abort()
        elif not self.lost:
            self._transport.write(b"QUIT\r\n")
        self._forget()
        self._transport.close()

    def abort(self) -> None:
        self._forget()
        self._transport.abort()

    def _offer(self, recipient: str) -> Commands:
        offer = (
            (SmtpCommand.MAIL, self._mail),
            (SmtpCommand.RCPT, f"RCPT TO:<{recipient}>\r\n".encode()),
            (SmtpCommand.DATA, b"DATA\r\n"),
        )
        refused, self._refused = self._refused, False
        return ((SmtpCommand.RSET, b"RSET\r\n"), *offer) if refused else offer

    async def _answered(self, commands: Commands) -> None:
        """Judge the answers in order, also when not all came: a server that refuses with 421 closes at once."""
        answers = await self._replies(commands)
        codes = [int(answer[:3]) if answer[:3].isdigit() else 0 for answer in answers]
        for (command, _), code, answer in zip(commands, codes, answers, strict=False):
            if code not in _WANTED[command]:
                # A server that goes on in spite of a refusal waits for a message, and there is none.
                if code not in _NO or command is SmtpCommand.RSET or codes[-1] in _GO_ON:
                    self.abort()
                if code not in _NO or command is SmtpCommand.RSET:
                    raise SmtpLostError(command)
                self._refused = command is not SmtpCommand.BODY
                self.mails += command in _AT_A_RECIPIENT
                raise SmtpRefusedError(command, code, _status(answer))
        if len(answers) < len(commands):
            raise SmtpLostError(commands[len(answers)][0])

    async def _replies(self, commands: Commands) -> list[bytes]:
        """Fewer than there are commands if the connection is lost."""
        self._wanted = len(commands)
        while len(self._answers) < self._wanted and not self.lost:
            self._be_patient()
            self._waiter = self._loop.create_future()
            await self._waiter
            self._waiter = None
        replies = self._answers[: self._wanted]
        del self._answers[: self._wanted]
        return replies

    def _be_patient(self) -> None:
        """One timer serves many mails: setting and cancelling one for each reply would cost more than the reply."""
        self._until = self._loop.time() + self._timeout_s
        if self._watch is None:
            self._watch = self._loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._watch = None
        if self._waiter is None:
            return
        if self._loop.time() < self._until:
            self._watch = self._loop.call_at(self._until, self._look)
        else:
            self.abort()

    def data_received(self, data: bytes) -> None:
        """Keep the start of each complete reply; of a reply of several lines, the start of its last line."""
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            if line[3:4] != b"-":
                self._answers.append(line[:_KEPT_BYTES])
        if len(self._received) > REPLY_BYTES_MAX:
            self.abort()
        if len(self._answers) >= self._wanted:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        del exc
        self._forget()

    def _forget(self) -> None:
        self.lost = True
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _status(answer: bytes) -> str:
    found = _STATUS.match(answer)
    return found[1].decode() if found else ""
