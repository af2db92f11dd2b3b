"""A mail server of bytes: it speaks the protocol to the product's own connection, and keeps what it accepted.

Between the last dot and its answer anything can happen to it, as to any other.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from faults.simulation.loop import PROCESS, Scheduled, VirtualLoop
from faults.simulation.tally import Tally
from services.notifier.mail_server import SmtpCommand, SmtpLostError, SmtpRefusedError
from services.notifier.settings import SenderSettings
from services.notifier.smtp_connection import SmtpConnection

_HOP_S_MAX = 0.02
_PIPELINES = 0.9
_RESET_LOSES = 0.5
_THINKS_S = (5.0, 19.0)
"""How long it may look at a message, or for a recipient: longer than a claim holds, shorter than the sender waits."""
_REFUSALS = {
    b"MAIL": (b"421 closing", b"451 later"),
    b"RCPT": (b"450 later", b"550 no such box", b"552 full"),
    b"BODY": (b"451 later", b"554 no", b"421 closing"),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail in the mailbox."""

    message_id: str
    recipient: str


@dataclass
class SmtpServer:
    """`trouble`: the chance per answer that something goes wrong with it. `mailed` is told each mail's body.

    `is_hidden` while the notifier is told to look for it where nothing listens.
    """

    loop: VirtualLoop
    random: Random
    tally: Tally
    settings: SenderSettings
    trouble: float
    mailed: Callable[[bytes], None]
    down_until_s: float = 0.0
    is_hidden: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    wires: list["Wire"] = field(default_factory=list)

    async def connect(self) -> SmtpConnection:
        """A connection after its greeting: what the notifier's own `SmtpServer` makes of one by TCP."""
        await asyncio.sleep(self.random.random() * _HOP_S_MAX)
        if self.is_hidden or self.is_down:
            raise SmtpLostError(SmtpCommand.CONNECT)
        if self.random.random() < self.trouble / 2:
            self.tally.faults["smtp greeting refused"] += 1
            raise SmtpRefusedError(SmtpCommand.CONNECT, 421)
        wire = Wire(self, PROCESS.get())
        self.wires.append(wire)
        settings, pipelining = self.settings, self.random.random() < _PIPELINES
        return SmtpConnection(wire, settings.mail_from, pipelining=pipelining, timeout_s=settings.smtp_timeout_s)

    @property
    def is_down(self) -> bool:
        """Whether it answers nobody."""
        return self.loop.time() < self.down_until_s

    def go_down(self, until_s: float) -> None:
        """Cut every connection, and take none before then."""
        self.down_until_s = max(self.down_until_s, until_s)
        for wire in self.wires:
            wire.cut()

    def died(self, process: Scheduled) -> None:
        """A client's host closes its connections; what it wrote before may still arrive."""
        for wire in self.wires:
            if wire.client is process:
                wire.close()


class Wire(asyncio.Transport):
    """One connection: what the client writes arrives at the server, and the server's answers at the client."""

    def __init__(self, server: SmtpServer, client: Scheduled) -> None:
        super().__init__()
        self._server = server
        self.client = client
        self._connection: asyncio.Protocol | None = None
        self._arrived = b""
        self._recipient = ""
        self._in_body = False
        self._open = True
        self._reset = False
        self._told_lost = False
        self._silent = False
        self._arrives_at_s = 0.0
        self._reaches_at_s = 0.0

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Whom to tell."""
        if not isinstance(protocol, asyncio.Protocol):
            raise TypeError
        self._connection = protocol

    def write(self, data: Any) -> None:
        """On its way, in order."""
        if self._open:
            self._later(lambda: self._arrive(bytes(data)))

    def is_closing(self) -> bool:
        """Whether what is written goes nowhere."""
        return not self._open

    def close(self) -> None:
        """No more is said; what was written still arrives."""
        self._open = False

    def abort(self) -> None:
        """Reset: what is on its way may be lost."""
        self._open = False
        self._reset = self._server.random.random() < _RESET_LOSES
        self._tell(self._lost)

    def cut(self) -> None:
        """The server, or the way to it, is gone."""
        self._open, self._reset = False, True
        self._tell(self._lost)

    def _later(self, act: Callable[[], None]) -> None:
        loop = self._server.loop
        self._arrives_at_s = max(self._arrives_at_s, loop.time() + self._server.random.random() * _HOP_S_MAX)
        loop.outside(self._arrives_at_s - loop.time(), act)

    def _tell(self, act: Callable[[], None]) -> None:
        """In the client's own turn."""
        loop = self._server.loop
        self._reaches_at_s = max(self._reaches_at_s, loop.time() + self._server.random.random() * _HOP_S_MAX)
        loop.for_process(self.client, self._reaches_at_s - loop.time(), act)

    def _lost(self) -> None:
        if self._connection is not None and not self._told_lost:
            self._told_lost = True
            self._connection.connection_lost(None)

    def _say(self, line: bytes) -> None:
        if self._open and not self._silent and self._connection is not None:
            self._tell(lambda: self._heard(line + b"\r\n"))

    def _heard(self, data: bytes) -> None:
        if self._connection is not None and not self._told_lost:
            self._connection.data_received(data)

    def _arrive(self, data: bytes) -> None:
        if self._reset or self._server.is_down:
            return
        self._arrived += data
        while self._take():
            pass

    def _take(self) -> bool:
        if self._in_body:
            body, dot, rest = self._arrived.partition(b"\r\n.\r\n")
            if dot:
                self._arrived, self._in_body = rest, False
                self._body(body)
            return bool(dot)
        line, end, rest = self._arrived.partition(b"\r\n")
        if end:
            self._arrived = rest
            self._command(line)
        return bool(end)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if refusal := self._refusal(verb):
            self._refuse(refusal)
        elif verb == b"DATA":
            self._data()
        elif verb == b"QUIT":
            self.close()
        else:
            self._recipient = line[line.index(b"<") + 1 : line.rindex(b">")].decode() if verb == b"RCPT" else ""
            self._say(b"250 ok")

    def _data(self) -> None:
        server = self._server
        if not self._recipient:
            self._say(b"503 nobody to send it to")
            return
        roll = server.random.random()
        if roll < server.trouble / 3:
            server.tally.faults["smtp reset in DATA"] += 1
            self.cut()
            return
        if roll < server.trouble / 2:
            self._think("smtp slow to ask")
        self._in_body = True
        self._say(b"354 go on")

    def _refuse(self, refusal: bytes) -> None:
        self._say(refusal)
        if refusal.startswith(b"421"):
            # It answers nothing of what was written behind the refused command.
            self.cut()

    def _refusal(self, verb: bytes) -> bytes | None:
        refusals = _REFUSALS.get(verb)
        if refusals is None or self._server.random.random() >= self._server.trouble / 4:
            return None
        chosen = self._server.random.choice(refusals)
        self._server.tally.faults[f"smtp {chosen[:3].decode()}"] += 1
        return chosen

    def _body(self, body: bytes) -> None:
        server = self._server
        roll = server.random.random()
        if roll < server.trouble / 4:
            server.tally.faults["smtp cut before it accepted"] += 1
            self.cut()
        elif refusal := self._refusal(b"BODY"):
            self._refuse(refusal)
        else:
            self._accept(body)
            if roll < server.trouble / 2:
                server.tally.faults["smtp 250 lost"] += 1
                self.cut()
            elif roll < server.trouble * 0.6:
                server.tally.faults["smtp 250 never said"] += 1
                # Answers come in order: one to a later question would be taken for this one's.
                self._silent = True
            else:
                if roll < server.trouble * 0.8:
                    self._think("smtp slow to accept")
                self._say(b"250 accepted")

    def _think(self, over: str) -> None:
        """Its next answer takes its time."""
        server = self._server
        server.tally.faults[over] += 1
        self._reaches_at_s = server.loop.time() + server.random.uniform(*_THINKS_S)

    def _accept(self, body: bytes) -> None:
        start = body.index(b"Message-ID: <") + len(b"Message-ID: <")
        message_id = body[start : body.index(b"@", start)].decode()
        self._server.accepted.append(Accepted(message_id, self._recipient))
        self._server.mailed(body)
        self._recipient = ""
