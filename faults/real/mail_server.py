"""The mail server of a run: keeps every mail it accepts, and refuses what it is told to refuse."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.fast_mailbox import FastSmtp, Index, Line
from sandbox.ports import LOOPBACK


class MailServer:
    """`arrived_s` holds, by the row of the ledger, the monotonic moments at which mails were last accepted.

    Each mail is shown to `read`.
    """

    def __init__(self, mailbox: Path) -> None:
        self.read: Callable[[bytes], None] = lambda _mail: None
        self._index = Index(mailbox)
        self._refusals: dict[bytes, bytes] = {}
        self._refused: Counter[bytes] = Counter()
        self._wanted: Counter[bytes] = Counter()
        self.arrived_s: dict[str, float] = {}

    def refuse(self, step: bytes, reply: bytes, times: int) -> None:
        """The next mails get this reply to this step; b"" breaks the connection instead."""
        self._refusals[step] = reply and reply + b"\r\n"
        self._wanted[step] = times
        self._refused[step] = 0

    async def refused(self, step: bytes) -> None:
        """Returns when as many mails as wanted were refused."""
        while self._refused[step] < self._wanted[step]:  # noqa: ASYNC110  told by a protocol's callback
            await asyncio.sleep(0.05)

    def close(self) -> None:
        """Nothing more will come."""
        self._index.close()

    def protocol(self) -> asyncio.Protocol:
        """One connection's server side."""
        return FastSmtp(self._accept, self._answer)

    def _accept(self, line: Line, message: bytes) -> None:
        self._index.keep(line, message)
        self.arrived_s[str(line["message_id"]).strip("<>").partition("@")[0]] = time.monotonic()
        self.read(message)

    def _answer(self, step: bytes, _recipient: str) -> bytes | None:
        if self._refused[step] >= self._wanted[step]:
            return None
        self._refused[step] += 1
        return self._refusals[step]


@asynccontextmanager
async def serving(server: MailServer, port: int) -> AsyncIterator[None]:
    """The server listens on this port of the loopback interface."""
    listening = await asyncio.get_running_loop().create_server(server.protocol, LOOPBACK, port)
    try:
        yield
    finally:
        listening.close()
        server.close()
