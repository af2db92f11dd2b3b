"""A session that the server has ended, before its connection has, and one whose clock is another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import asyncpg
import pytest

from sandbox.ports import LOOPBACK
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from stream.clock import SystemClock
from stream.errors import StoreUnavailable
from stream.memory.manual_clock import ManualClock
from stream.postgres_session import CLOCKS_COMPARED_S, Session


class Relay:
    """Passes bytes on in both directions, and that the server has hung up only when it is to tell."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.hung_up = asyncio.Event()
        self.tell = asyncio.Event()

    async def pass_on(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, forth = await asyncio.open_connection(LOOPBACK, self._port)
        asking = asyncio.create_task(self._pump(client, forth))
        await self._pump(server, back)
        self.hung_up.set()
        await self.tell.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        for writer in (forth, back):
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)


@asynccontextmanager
async def relayed(url: str) -> AsyncIterator[tuple[Relay, str]]:
    parts = urlsplit(url)
    assert parts.port is not None
    relay = Relay(parts.port)
    async with await asyncio.start_server(relay.pass_on, LOOPBACK, 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield relay, url.replace(f":{parts.port}/", f":{port}/")


async def end_all_sessions(sandbox: RunningSandbox) -> None:
    administrator = await asyncpg.connect(sandbox.endpoints().postgres.url)
    await administrator.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'intake'")
    await administrator.close()


async def test_a_session_that_ended_while_nobody_asked_is_an_outage_and_the_next_one_is_new(
    sandbox: RunningSandbox,
) -> None:
    async with relayed(sandbox.service_url("intake")) as (relay, url):
        session = Session(url)
        assert await session.fetch("select 1 as one")
        await end_all_sessions(sandbox)
        await asyncio.wait_for(relay.hung_up.wait(), 10)
        with pytest.raises(StoreUnavailable):
            await session.fetch("select 1 as one")
        assert await session.fetch("select 1 as one")
        relay.tell.set()
        await session.close()


async def test_a_session_that_is_known_to_have_ended_is_an_outage_too(sandbox: RunningSandbox) -> None:
    session = Session(sandbox.service_url("intake"))
    async with session.connected() as connection:
        assert await connection.fetch("select 1 as one")
    await end_all_sessions(sandbox)

    async def known() -> bool:
        return connection.is_closed()

    await until(known, deadline_s=10, missing="the end of the connection")
    with pytest.raises(StoreUnavailable):
        await session.fetch("select 1 as one")
    assert await session.fetch("select 1 as one")
    await session.close()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (2, ["our clock is 2880 minutes ahead of Postgres's"]),
        (-2, ["our clock is 2880 minutes behind Postgres's"]),
        (0, []),
    ],
)
async def test_a_clock_that_is_not_postgres_s_is_said(
    sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture, days: int, said: list[str]
) -> None:
    clock = ManualClock(datetime.now(UTC) + timedelta(days=days)) if days else SystemClock()
    session = Session(sandbox.service_url("intake"), clock=clock)
    await session.fetch("select 1")
    await session.fetch("select 1")
    assert warnings(caplog) == said
    await session.close()


async def test_a_clock_that_goes_wrong_during_a_session_is_said_within_the_hour(
    sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock(datetime.now(UTC))
    session = Session(sandbox.service_url("intake"), clock=clock)
    await session.fetch("select 1")
    clock.advance(CLOCKS_COMPARED_S - 1)
    await session.fetch("select 1")
    assert warnings(caplog) == []
    clock.advance(1)
    await session.fetch("select 1")
    await session.fetch("select 1")
    assert warnings(caplog) == ["our clock is 60 minutes ahead of Postgres's"]
    await session.close()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "stream.postgres_session"]
