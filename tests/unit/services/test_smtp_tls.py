"""Mail goes encrypted where the settings want it so, to a server whose certificate is good, or not at all."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from certificate import self_signed
from sending import settings
from smtp_stub import LOSE, SmtpStub, smtp_stub

from services.notifier.mail_server import SmtpLostError
from services.notifier.settings import SenderSettings
from services.notifier.smtp_connection import SmtpServer

MESSAGE = b"Subject: 1\r\n\r\n" + b"%b\r\n" % (b"text" * 19) * 1_600


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def known(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator makes an authority of the house known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


class Box:
    """Which mails came, and whether encrypted."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []

    async def handle_DATA(self, _server: Any, session: Any, _envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.encrypted.append(session.ssl is not None)
        return "250 kept"


@asynccontextmanager
async def server(box: Box, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """One that offers STARTTLS where it has a certificate; its port."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(box, tls_context=context, loop=loop), "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def told(port: int, tls: str) -> SenderSettings:
    return SenderSettings.model_validate({**settings(port).model_dump(), "smtp_tls": tls})


async def sent(port: int, tls: str) -> None:
    connection = await SmtpServer(told(port, tls))()
    for recipient in ("a@example.nl", "b@example.nl"):
        await connection.offer(recipient)
        await connection.send(MESSAGE, ahead="b@example.nl" if recipient < "b" else None)
    connection.close()


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("tls", "encrypted"), [("offered", True), ("starttls", True), ("none", False)])
async def test_a_server_that_offers_encryption_is_taken_at_its_word_unless_told_not_to(
    context: ssl.SSLContext, tls: str, *, encrypted: bool
) -> None:
    box = Box()
    async with server(box, context) as port:
        await sent(port, tls)
    assert box.encrypted == [encrypted] * 2


@pytest.mark.usefixtures("known")
async def test_a_server_can_speak_nothing_but_tls(context: ssl.SSLContext) -> None:
    async with smtp_stub(SmtpStub(tls=context)) as stub:
        await sent(stub.port, "tls")
    assert [to for to, _ in stub.accepted] == ["a@example.nl", "b@example.nl"]
    assert stub.followed == 1


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("step", "body_written"), [("MAIL", False), ("BODY", True)])
async def test_an_encrypted_connection_that_breaks_is_noticed(
    context: ssl.SSLContext, step: str, *, body_written: bool
) -> None:
    stub = SmtpStub(lambda said, _: LOSE if said == step else None, tls=context)
    async with smtp_stub(stub):
        with pytest.raises(SmtpLostError) as lost:
            await sent(stub.port, "tls")
    assert lost.value.body_written == body_written


async def test_who_offers_none_gets_a_mail_only_where_none_is_wanted() -> None:
    box = Box()
    async with server(box) as port:
        await sent(port, "offered")
        for tls in ("starttls", "tls"):
            with pytest.raises(SmtpLostError):
                await sent(port, tls)
    assert box.encrypted == [False] * 2


@pytest.mark.parametrize("tls", ["offered", "starttls"])
async def test_a_certificate_of_nobodys_is_refused_and_that_is_told(context: ssl.SSLContext, tls: str) -> None:
    box = Box()
    async with server(box, context) as port:
        with pytest.raises(SmtpLostError) as lost:
            await sent(port, tls)
    assert (lost.value.body_written, box.encrypted) == (False, [])
    assert lost.value.why == "SSLCertVerificationError"
