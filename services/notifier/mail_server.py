"""What a sender needs of a mail server, and the two errors with which that can fail."""

from enum import StrEnum
from typing import Protocol

SERVER_IS_CLOSING = 421
LOGIN_IS_WANTED = 530
"""Replies that any command can get, most often not because of the mail (RFC 5321, 3.8; RFC 4954, 6)."""


class SmtpCommand(StrEnum):
    """What the server was asked."""

    CONNECT = "CONNECT"
    LOGIN = "LOGIN"
    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "BODY"


class SmtpRefusedError(Exception):
    """The server refused: the mail was certainly not accepted. `status` is that of RFC 3463, if the reply had one."""

    def __init__(self, command: SmtpCommand, code: int, status: str = "") -> None:
        super().__init__(f"{command} {code} {status}".rstrip())
        self.command = command
        self.code = code
        self.status = status


class SmtpLostError(Exception):
    """No reply: no connection, a lost one, or none in time. With `body_written`, the mail may have been accepted.

    `why` is the error's class if there was no connection at all.
    """

    def __init__(self, command: SmtpCommand, why: str = "") -> None:
        super().__init__(f"{command} lost")
        self.command = command
        self.why = why
        self.body_written = command is SmtpCommand.BODY


class Connection(Protocol):
    """A connection that is kept, after its greeting. One mail at a time: `offer`, then `send`."""

    @property
    def lost(self) -> bool:
        """Whether the connection is gone."""

    @property
    def mails(self) -> int:
        """How many mails were handled over it: sent, accepted or not, or refused before their body."""

    async def offer(self, recipient: str) -> None:
        """Name sender and recipient, until the server waits for the message; no mail is accepted by that.

        If there is no message to send after all, `abort`: there is no other way back (RFC 5321, 4.1.1.4).

        Raises:
            SmtpRefusedError: the server does not want it.
            SmtpLostError: no reply; or another recipient was offered `ahead`, so the connection is given up.
        """

    async def send(self, message: bytes, *, ahead: str | None = None) -> None:
        """Send the message to the recipient that was offered; returns when the server has accepted it.

        `ahead` is the recipient of the next mail, which may be offered in the same write (RFC 2920, 3.1). The server
        then waits for that mail, and an `offer` to anybody else gives the connection up.

        Raises:
            SmtpRefusedError: it was not accepted.
            SmtpLostError: no reply, or no connection left before a byte was written: `body_written` tells which.
        """

    def close(self) -> None:
        """Quit without waiting for the reply."""

    def abort(self) -> None:
        """Break the connection: a message that was not sent completely is not accepted."""


class Connect(Protocol):
    """Makes connections to the mail server, for lines that have none."""

    async def __call__(self) -> Connection:
        """Connect and greet.

        Raises:
            SmtpLostError: nobody answered, or not in time.
            SmtpRefusedError: the server does not want us now.
        """
