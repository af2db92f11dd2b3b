"""A TCP proxy of our own: it delays, drips, holds back, cuts, and loses exactly one reply.

It stands between services and one server. Whoever asked never hears of a lost reply, although the request went through;
which reply answers which request is told by the server's protocol (`wire.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from faults.real.wire import Exchange, LostReply, Reply
from sandbox.ports import LOOPBACK

_CHUNK_BYTES = 65_536


@dataclass
class Proxy:
    """Listens on `port`; `target` is asked for the server's own port at every connection."""

    port: int
    target: Callable[[], int]
    exchange: Callable[[], Exchange]
    delay_s: float = 0.0
    drip_s: float = 0.0
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _lost: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: Reply | None = None
    _streams: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Reset every connection."""
        for stream in self._streams:
            stream.transport.abort()

    def hold(self) -> None:
        """A black hole: nothing arrives any more, in neither direction, and nobody is told."""
        self._open.clear()

    def recover(self) -> None:
        """All is as usual again; what was held arrives."""
        self.delay_s = self.drip_s = 0.0
        self._open.set()

    async def lose(self, reply: Reply) -> None:
        """Swallow the next reply of this kind and reset its connection; returns when that has happened."""
        self._lost.clear()
        self._wanted = reply
        await self._lost.wait()

    async def connect(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One client's connection, until either side ends it."""
        try:
            server, forth = await asyncio.open_connection(LOOPBACK, self.target())
        except OSError:
            back.transport.abort()
            return
        both = {back, forth}
        self._streams |= both
        exchange = self.exchange()
        try:
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._requests(client, forth, exchange))
                pumps.create_task(self._replies(server, back, exchange))
        except* (OSError, LostReply):
            pass
        finally:
            self._streams -= both
            for stream in both:
                stream.transport.abort()

    async def _requests(self, client: asyncio.StreamReader, forth: asyncio.StreamWriter, exchange: Exchange) -> None:
        while data := await client.read(_CHUNK_BYTES):
            await self._pass_time()
            exchange.asked(data)
            forth.write(data)
            await forth.drain()
        raise ConnectionResetError

    async def _replies(self, server: asyncio.StreamReader, back: asyncio.StreamWriter, exchange: Exchange) -> None:
        while data := await server.read(_CHUNK_BYTES):
            await self._pass_time()
            for reply, whole in exchange.answered(data):
                self._lose_if_wanted(reply)
                await self._deliver(back, whole)
        raise ConnectionResetError

    def _lose_if_wanted(self, reply: Reply | None) -> None:
        if reply is not None and reply is self._wanted:
            self._wanted = None
            self._lost.set()
            raise LostReply

    async def _deliver(self, back: asyncio.StreamWriter, data: bytes) -> None:
        for piece in [data] if not self.drip_s else [bytes([byte]) for byte in data]:
            back.write(piece)
            await back.drain()
            if self.drip_s:
                await asyncio.sleep(self.drip_s)

    async def _pass_time(self) -> None:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        await self._open.wait()


@asynccontextmanager
async def proxying(proxy: Proxy) -> AsyncIterator[Proxy]:
    """It listens, for the length of the block."""
    connections: set[asyncio.Task[None]] = set()

    def accept(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(proxy.connect(client, back))
        connections.add(task)
        task.add_done_callback(connections.discard)

    listening = await asyncio.start_server(accept, LOOPBACK, proxy.port)
    try:
        yield proxy
    finally:
        listening.close()
        for task in connections:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*connections, return_exceptions=True)
