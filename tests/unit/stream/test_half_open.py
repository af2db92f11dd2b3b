"""What a connection is told about a silent other end; that it is then found is shown by the faults that need root."""

import asyncio
import socket

import pytest

from stream.half_open import SILENT_S_MAX, WatchfulLoop, watch

ON_LINUX = pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has it")


async def connected() -> asyncio.Transport:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    transport, _ = await loop.create_connection(asyncio.Protocol, *listening.sockets[0].getsockname())
    # Not by `async with`: since Python 3.12 that waits for the end of each connection.
    listening.close()
    return transport


def silence_ms(transport: asyncio.Transport) -> int:
    option: int = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    return option


def is_probed(transport: asyncio.Transport) -> bool:
    return bool(transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))


def test_a_connection_made_in_the_loop_is_probed() -> None:
    async def made() -> bool:
        transport = await connected()
        transport.close()
        return is_probed(transport)

    with asyncio.Runner(loop_factory=WatchfulLoop) as runner:
        assert runner.run(made())
    with asyncio.Runner() as runner:
        assert not runner.run(made())


@ON_LINUX
async def test_what_is_sent_may_be_unacknowledged_for_as_long_as_it_is_told() -> None:
    transport = await connected()
    watch(transport, SILENT_S_MAX)
    assert silence_ms(transport) == SILENT_S_MAX * 1000
    watch(transport, 30)
    assert silence_ms(transport) == 30_000
    transport.close()


@ON_LINUX
@pytest.mark.parametrize(("patience_s", "idle_s", "apart_s"), [(1, 1, 1), (4, 2, 1), (30, 16, 7), (3_600, 1_800, 900)])
async def test_an_idle_connection_is_probed_twice_within_that_time(patience_s: int, idle_s: int, apart_s: int) -> None:
    transport = await connected()
    watch(transport, patience_s)
    told = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    asked = transport.get_extra_info("socket")
    assert [asked.getsockopt(socket.IPPROTO_TCP, option) for option in told] == [idle_s, apart_s, 2]
    transport.close()
