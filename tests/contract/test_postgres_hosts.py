"""A URL of several hosts, the first of which accepts connections and says nothing: its machine has just died."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from ops.servers import administrator
from sandbox.ports import LOOPBACK
from sandbox.running import RunningSandbox
from stream import postgres_session, read_pool
from stream.errors import StoreUnavailable
from stream.postgres_session import Session
from stream.read_pool import ReadPool

PATIENCE_S = 0.3


class Host:
    """In front of Postgres, until it dies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._meetings: list[asyncio.Task[None]] = []
        self._is_dead = False

    def meet(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._writers.append(back)
        if not self._is_dead:
            self._meetings.append(asyncio.create_task(self._relay(client, back)))

    async def _relay(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, forth = await asyncio.open_connection(LOOPBACK, urlsplit(self.url).port)
        self._writers.append(forth)
        await asyncio.gather(_pass_on(client, forth), _pass_on(server, back))

    async def die(self) -> None:
        self._is_dead = True
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._meetings)

    def before(self, url: str) -> str:
        """The URL with this host before its own."""
        return f"{url.replace('@', f'@{LOOPBACK}:{self.port},')}?target_session_attrs=primary"


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_session, "CONNECT_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(administrator, "CONNECT_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setitem(read_pool.OPTIONS, "timeout", PATIENCE_S)


@pytest.fixture
async def first(sandbox: RunningSandbox) -> AsyncIterator[Host]:
    host = Host(sandbox.endpoints().postgres.url)
    async with await asyncio.start_server(host.meet, LOOPBACK, 0) as server:
        host.port = server.sockets[0].getsockname()[1]
        yield host
        await host.die()


@pytest.mark.parametrize("kind", [Session, ReadPool])
async def test_a_service_goes_on_to_the_next_host(
    kind: type[Session | ReadPool], sandbox: RunningSandbox, first: Host
) -> None:
    await first.die()
    reading = kind(first.before(sandbox.service_url("intake")))
    with pytest.raises(StoreUnavailable, match="TimeoutError"):
        await reading.fetch("select 1 as one")
    assert await reading.fetch("select 1 as one")
    await reading.close()


@pytest.mark.parametrize("kind", [Session, ReadPool])
async def test_so_does_one_that_was_connected(
    kind: type[Session | ReadPool], sandbox: RunningSandbox, first: Host
) -> None:
    reading = kind(first.before(sandbox.service_url("intake")))
    assert await reading.fetch("select 1 as one")
    await first.die()
    with pytest.raises(StoreUnavailable):
        await reading.fetch("select 1 as one")
    assert await reading.fetch("select 1 as one")
    await reading.close()


async def test_so_does_a_command(sandbox: RunningSandbox, first: Host) -> None:
    await first.die()
    async with administrator.connected(first.before(sandbox.endpoints().postgres.url)) as database:
        assert await database.fetchval("select 1") == 1
