import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from faults.real.proxy import Proxy, proxying
from faults.real.wire import Reply
from sandbox.ports import LOOPBACK


class Lines:
    """A protocol whose every line is a reply, and "thanks" one that can be lost."""

    def asked(self, data: bytes) -> None:
        del data

    def answered(self, data: bytes) -> Iterator[tuple[Reply | None, bytes]]:
        for line in data.splitlines(keepends=True):
            yield Reply.ACCEPTED if line == b"thanks\n" else None, line


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line)
    writer.close()


@asynccontextmanager
async def an_echo_behind_a_proxy() -> AsyncIterator[Proxy]:
    async with await asyncio.start_server(_echo, LOOPBACK, 0) as server:
        target = server.sockets[0].getsockname()[1]
        async with await asyncio.start_server(lambda *_: None, LOOPBACK, 0) as free:
            port = free.sockets[0].getsockname()[1]
        async with proxying(Proxy(port, lambda: target, Lines)) as proxy:
            yield proxy


class Caller:
    """One connection to the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def hears_after(self, line: bytes) -> bytes:
        """The answer to a line; nothing when the connection ended."""
        self._writer.write(line)
        try:
            return await self._reader.readline()
        except ConnectionResetError:
            return b""

    async def hang_up(self) -> None:
        self._writer.transport.abort()
        with suppress(ConnectionResetError):
            await self._writer.wait_closed()


@asynccontextmanager
async def calling(proxy: Proxy) -> AsyncIterator[Caller]:
    caller = Caller(*await asyncio.open_connection(LOOPBACK, proxy.port))
    try:
        yield caller
    finally:
        await caller.hang_up()


async def test_what_is_said_arrives_both_ways() -> None:
    async with an_echo_behind_a_proxy() as proxy, calling(proxy) as caller:
        assert await caller.hears_after(b"hello\n") == b"hello\n"
        proxy.drip_s = 0.001
        assert await caller.hears_after(b"slowly\n") == b"slowly\n"


async def test_exactly_one_reply_of_the_wanted_kind_is_lost_and_its_connection_with_it() -> None:
    async with an_echo_behind_a_proxy() as proxy:
        losing = asyncio.create_task(proxy.lose(Reply.ACCEPTED))
        async with calling(proxy) as caller:
            assert await caller.hears_after(b"hello\n") == b"hello\n"
            assert not losing.done()
            assert await caller.hears_after(b"thanks\n") == b""
        await asyncio.wait_for(losing, 5)
        async with calling(proxy) as caller:
            assert await caller.hears_after(b"thanks\n") == b"thanks\n"


async def test_what_is_held_arrives_when_the_network_recovers() -> None:
    async with an_echo_behind_a_proxy() as proxy, calling(proxy) as caller:
        assert await caller.hears_after(b"before\n") == b"before\n"
        proxy.hold()
        answer = asyncio.create_task(caller.hears_after(b"held\n"))
        done, _ = await asyncio.wait({answer}, timeout=0.2)
        assert not done
        proxy.recover()
        assert await asyncio.wait_for(answer, 5) == b"held\n"


async def test_a_cut_ends_every_connection_and_new_ones_can_be_made() -> None:
    async with an_echo_behind_a_proxy() as proxy:
        async with calling(proxy) as caller:
            assert await caller.hears_after(b"hello\n") == b"hello\n"
            proxy.cut()
            assert await caller.hears_after(b"anybody there?\n") == b""
        async with calling(proxy) as caller:
            assert await caller.hears_after(b"again\n") == b"again\n"
