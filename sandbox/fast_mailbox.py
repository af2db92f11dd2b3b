"""The mailbox for benchmarks: takes thousands of messages a second and keeps a line of each.

Speaks just enough SMTP for a client that is known, pipelined commands included; the ordinary
mailbox costs more per message than what is to be measured.
"""

import asyncio
import json
import time
from collections.abc import Callable
from email.header import decode_header, make_header
from pathlib import Path
from typing import cast

GREETING = b"220 fast mailbox\r\n"
EXTENSIONS = b"250-fast mailbox\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"
DONE = b"250 ok\r\n"
GO_ON = b"354 go on\r\n"
GOODBYE = b"221 bye\r\n"
UNKNOWN = b"502 unknown\r\n"
END_OF_MESSAGE = b"\r\n.\r\n"

REPLIES = {
    b"EHLO": EXTENSIONS,
    b"HELO": DONE,
    b"MAIL": DONE,
    b"RCPT": DONE,
    b"RSET": DONE,
    b"NOOP": DONE,
    b"DATA": GO_ON,
    b"QUIT": GOODBYE,
}


BODY = b"BODY"
"""The step after DATA: the message has ended."""
BREAK = b""
"""The answer that breaks the connection."""

Line = dict[str, str | int]
Answer = Callable[[bytes, str], bytes | None]
"""Given the step (a verb, or BODY) and the recipients: the reply instead of the usual one, or None for that one."""


def usual(_step: bytes, _recipient: str) -> None:
    """Every mail is welcome."""


class FastSmtp(asyncio.Protocol):
    """One connection. `keep` gets a message, as a line and as it came, before its 250 is sent; nothing is fsync'ed."""

    def __init__(self, keep: Callable[[Line, bytes], None], answer: Answer = usual) -> None:
        self._keep = keep
        self._answer = answer
        self._received = b""
        self._recipients: list[str] = []
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answers all whole commands and messages in one write."""
        self._received += data
        replies = []
        while (reply := self._next()) is not None:
            replies.append(reply)
        self._transport.write(b"".join(replies))
        if BREAK in replies:
            self._transport.abort()
        if replies[-1:] == [GOODBYE]:
            self._transport.close()

    def _next(self) -> bytes | None:
        mark = END_OF_MESSAGE if self._in_message else b"\r\n"
        unit, found, rest = self._received.partition(mark)
        if not found:
            return None
        self._received = rest
        return self._message(unit) if self._in_message else self._command(unit)

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._recipients = []
        elif verb == b"RCPT":
            self._recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
        other = self._answer(verb, ", ".join(self._recipients))
        if other is not None:
            return other
        self._in_message = verb == b"DATA"
        return REPLIES.get(verb, UNKNOWN)

    def _message(self, message: bytes) -> bytes:
        self._in_message = False
        other = self._answer(BODY, ", ".join(self._recipients))
        if other is not None:
            return other
        self._keep(_line(message, self._recipients), message)
        return DONE


def _line(message: bytes, recipients: list[str]) -> Line:
    head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n ", " ")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
    return {
        "message_id": headers.get("Message-ID", ""),
        "recipient": ", ".join(recipients),
        "subject": str(make_header(decode_header(headers.get("Subject", "")))),
        "arrived_at_ns": time.time_ns(),
    }


class Index:
    """The index of a mailbox folder: a line for each mail."""

    def __init__(self, directory: Path) -> None:
        self._file = (directory / "index.ndjson").open("a", buffering=1, encoding="utf-8")

    def keep(self, line: Line, _message: bytes) -> None:
        """Add a line; the operating system has it when this returns."""
        self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Nothing more will come."""
        self._file.close()
