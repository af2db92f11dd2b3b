"""A mail server in the test's own loop that answers as it is told, and keeps what it accepted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from ssl import SSLContext

LOSE = "LOSE"
SILENCE = "SILENCE"
CLOSING = "421"


@dataclass
class SmtpStub:
    """`answer(step, recipient)` gives a reply line, LOSE (drop the connection), SILENCE, or None for the usual yes.

    Behind a reply of 421 it closes, as Postfix does, and answers none of the commands that came with that one.
    """

    answer: Callable[[str, str], str | None] = lambda _step, _recipient: None
    pipelining: bool = True
    strict: bool = True
    """Refuses MAIL within a mail, and DATA without a recipient; not every server does (RFC 2920, 3.1)."""
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    followed: int = 0
    """How many bodies came with the next mail's commands behind them."""
    abandoned: int = 0
    """How many connections ended while a body was awaited."""
    thinks_s: float = 0
    """How long it takes to ask for a message."""
    held_back: list[Callable[[], None]] | None = None
    """Where it asks for messages only when told to: what lets it, for each."""
    port: int = 0
    tls: SSLContext | None = None
    """TLS from the first byte."""
    transports: list[asyncio.Transport] = field(default_factory=list)

    def cut(self) -> None:
        """Drop every connection."""
        for transport in self.transports:
            transport.abort()

    def subjects_of(self, recipient: str) -> int:
        """How many mails this recipient got."""
        return sum(to == recipient for to, _ in self.accepted)


class _Session(asyncio.Protocol):
    def __init__(self, stub: SmtpStub) -> None:
        self._stub = stub
        self._buffer = b""
        self._in_body = False
        self._recipient = ""
        self._wanted = False
        self._named = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._stub.connections += 1
        self._stub.transports.append(transport)
        self._say("CONNECT", "220 stub")

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._stub.abandoned += self._in_body

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._transport.is_closing() and self._take():
            pass

    def _take(self) -> bool:
        end = b"\r\n.\r\n" if self._in_body else b"\r\n"
        taken, found, rest = self._buffer.partition(end)
        if found:
            self._buffer = rest
            self._body(taken + b"\r\n") if self._in_body else self._command(taken.decode())
        return bool(found)

    def _command(self, line: str) -> None:
        step = line[:4].upper()
        if step == "RCPT":
            self._recipient = line.partition("<")[2].partition(">")[0]
            self._wanted = self._say(step, "250 fine")
        elif step == "MAIL" and self._stub.strict and self._named:
            self._reply(None, "503 one mail at a time")
        elif step in ("MAIL", "RSET"):
            self._named = self._say(step, "250 fine") and step == "MAIL"
        elif step == "DATA" and self._stub.strict and not self._wanted:
            self._reply(None, "503 whom to?")
        elif step == "DATA":
            self._in_body = self._say(step, "354 go on")
        elif step == "EHLO":
            self._say(step, "250-stub\r\n250 PIPELINING" if self._stub.pipelining else "250 stub")
        else:
            self._say(step, "250 fine")

    def _body(self, message: bytes) -> None:
        self._in_body = self._wanted = self._named = False
        self._stub.followed += self._buffer.startswith(b"MAIL")
        answer = self._stub.answer("BODY", self._recipient)
        if answer in (None, LOSE, SILENCE):
            self._stub.accepted.append((self._recipient, message.replace(b"\r\n..", b"\r\n.")))
        self._reply(answer, "250 kept")

    def _say(self, step: str, usual: str) -> bool:
        answer = self._stub.answer(step, self._recipient)
        if step == "DATA" and self._stub.held_back is not None:
            self._stub.held_back.append(partial(self._reply, answer, usual))
        elif step == "DATA" and self._stub.thinks_s:
            asyncio.get_running_loop().call_later(self._stub.thinks_s, self._reply, answer, usual)
        else:
            self._reply(answer, usual)
        return answer is None

    def _reply(self, answer: str | None, usual: str) -> None:
        if answer == LOSE:
            self._transport.abort()
        elif answer != SILENCE:
            self._transport.write(f"{answer or usual}\r\n".encode())
            if answer is not None and answer.startswith(CLOSING):
                self._transport.close()


@asynccontextmanager
async def smtp_stub(stub: SmtpStub) -> AsyncIterator[SmtpStub]:
    """The server, listening on a free port of the loopback interface."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Session(stub), "127.0.0.1", stub.port, ssl=stub.tls)
    stub.port = server.sockets[0].getsockname()[1]
    try:
        yield stub
    finally:
        server.close()
