"""Postgres, encrypted: whoever is sent to it takes the certificate that the URL trusts, and says what is wrong with it.

The sandbox's server was built without TLS: what stands before it here speaks it, as the server would.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from certificate import self_signed

from ops.servers.administrator import connected
from sandbox.ports import LOOPBACK
from sandbox.running import RunningSandbox
from services.migrate import main
from stream.environment import ADMIN_VARIABLE
from stream.errors import SettingRefused, StoreUnavailable
from stream.postgres_session import Session
from stream.read_pool import ReadPool

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""How a client asks for encryption, before anything else."""

UNTRUSTED = {
    "another authority": lambda url, other: url.replace("certificate.pem", other),
    "another host": lambda url, _: url.replace(LOOPBACK, "localhost"),
}


@asynccontextmanager
async def encrypted(url: str, certificate: Path) -> AsyncIterator[str]:
    """The URL of the same server, that it is reached by encrypted and no otherwise, with all that can be checked."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    parts = urlsplit(url)

    passing: list[asyncio.Task[None]] = []

    async def pass_on(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        passing.extend(filter(None, [asyncio.current_task()]))
        assert await client.readexactly(len(SSL_REQUEST)) == SSL_REQUEST
        back.write(b"S")
        try:
            await back.start_tls(context)
        except OSError:
            return
        server, forth = await asyncio.open_connection(LOOPBACK, parts.port)
        await asyncio.gather(_pump(client, forth), _pump(server, back))

    async with await asyncio.start_server(pass_on, LOOPBACK, 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        whole = url.replace(f":{parts.port}/", f":{port}/")
        yield f"{whole}?sslmode=verify-full&sslrootcert={certificate}"
        await asyncio.gather(*passing)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def migrated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADMIN_VARIABLE, url)
    await asyncio.to_thread(main)


async def test_services_commands_and_the_migration_reach_it(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    async with encrypted(sandbox.endpoints().postgres.url, certificate) as url:
        await migrated(url, monkeypatch)
        async with connected(url) as database:
            assert await database.fetchval("select 1") == 1
    async with encrypted(sandbox.service_url("enrichment"), certificate) as url:
        session, pool = Session(url), ReadPool(url)
        assert [row["one"] for row in await session.fetch("select 1 as one")] == [1]
        assert [row["one"] for row in await pool.fetch("select 1 as one")] == [1]
        await session.close()
        await pool.close()


@pytest.mark.parametrize("spoilt", UNTRUSTED.values(), ids=UNTRUSTED)
async def test_who_cannot_be_trusted_is_not_logged_in_to_and_that_is_said(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: Callable[[str, str], str]
) -> None:
    (tmp_path / "other").mkdir()
    self_signed(tmp_path / "other")
    async with encrypted(sandbox.endpoints().postgres.url, self_signed(tmp_path)) as good:
        url = spoilt(good, "other/certificate.pem")
        with pytest.raises(StoreUnavailable, match="SSLCertVerificationError"):
            await Session(url).fetch("select 1")
        with pytest.raises(click.ClickException, match="is not trusted"):
            async with connected(url):
                pass
        with pytest.raises(SystemExit, match="its certificate is of no authority in sslrootcert, or not for that host"):
            await migrated(url, monkeypatch)


@pytest.mark.parametrize("query", ["sslmode=always", "connect_timeout=5", "work_mem=plenty"])
async def test_what_neither_client_nor_server_knows_is_a_setting_that_is_refused(
    sandbox: RunningSandbox, query: str
) -> None:
    with pytest.raises(SettingRefused, match="POSTGRES_URL says something"):
        await Session(f"{sandbox.service_url('intake')}?{query}").fetch("select 1")
