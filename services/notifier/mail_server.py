"""What a sender asks of a mail server, and the two ways in which it gets nothing."""

from enum import StrEnum
from typing import Protocol

SERVER_IS_CLOSING = 421
LOGIN_IS_WANTED = 530
"""Answers that any command can have, most often for no mail's sake (RFC 5321, 3.8; RFC 4954, 6)."""


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
    """The server said no. The mail was certainly not accepted. `status`: as of RFC 3463, where the answer had one."""

    def __init__(self, command: SmtpCommand, code: int, status: str = "") -> None:
        super().__init__(f"{command} {code} {status}".rstrip())
        self.command = command
        self.code = code
        self.status = status


class SmtpLostError(Exception):
    """No answer: refused, lost, or not in time. With `body_written` nobody knows whether the mail was accepted.

    `why` is the error's class where there was no connection at all.
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
        """Whether nothing more can be asked."""

    @property
    def mails(self) -> int:
        """How many messages were sent over it, accepted or not."""

    async def offer(self, recipient: str) -> None:
        """Name sender and recipient, until the server waits for the message; nothing is accepted by that.

        Who then has no message to send must `abort`: there is no other way back (RFC 5321, 4.1.1.4).

        Raises:
            SmtpRefusedError: it is not wanted.
            SmtpLostError: no answer; or somebody else was offered one ahead, so the connection is given up.
        """

    async def send(self, message: bytes, *, ahead: str | None = None) -> None:
        """Send the message to whom it was offered; returns when the server has accepted it.

        `ahead` is the recipient that is offered the next one. The server may be told in the same breath (RFC 2920,
        3.1): the server then waits for that one's message, and an `offer` to another gives the connection up.

        Raises:
            SmtpRefusedError: it was not accepted.
            SmtpLostError: no answer, or no connection any more before a byte was written; see there.
        """

    def close(self) -> None:
        """Say goodbye without waiting for the answer."""

    def abort(self) -> None:
        """Break the connection: a message that was not sent to its end is not accepted."""


class Connect(Protocol):
    """A way to the mail server. Asked by every line that has none."""

    async def __call__(self) -> Connection:
        """Connect and greet.

        Raises:
            SmtpLostError: nobody answered, or not in time.
            SmtpRefusedError: the server does not want us now.
        """
