"""That packets are lost is seen here, so that a run of faults in which nothing happens cannot pass for one."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from faults.real import packets

T = TypeVar("T")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("iptables-restore") or not shutil.which("ip"),
        reason="losing packets takes root's rights, iptables and ip",
    ),
]


def in_own_network(do: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """In a thread of its own, which alone leaves the network of the tests."""

    def alone() -> T:
        packets.own_network()
        with asyncio.Runner() as runner:
            return runner.run(do())

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


async def answered_s(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
    begun_s = time.monotonic()
    writer.write(b"?")
    await reader.readexactly(1)
    return time.monotonic() - begun_s


@pytest.mark.parametrize("fault", [packets.requests_lost("smtp"), packets.replies_lost("smtp")])
def test_an_answer_comes_when_packets_arrive_again(fault: Callable[[Any], Awaitable[None]]) -> None:
    async def seen() -> tuple[float, float]:
        listening = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            connection = await asyncio.open_connection("127.0.0.1", port)
            before_s = await answered_s(*connection)
            scene = SimpleNamespace(proxies={"smtp": SimpleNamespace(port=port)})
            _, during_s = await asyncio.gather(fault(scene), answered_s(*connection))
            connection[1].close()
            await connection[1].wait_closed()
            return before_s, during_s

    before_s, during_s = in_own_network(seen)
    assert before_s < packets.SPELL_S <= during_s
