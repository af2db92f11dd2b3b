"""The notifier logs in where it is told to, never in clear; and no mail is to blame for a login that is refused."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from certificate import self_signed
from pydantic import ValidationError
from sending import Hands, over, planned, sending, settings, statuses, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import Status
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.settings import SenderSettings
from stream.settings import faults_of, redacted

SECRET = "pl\u00e4nted secret"  # noqa: S105  (it is planted)
LOGIN = {"smtp_username": "notifier", "smtp_password": SECRET}


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


class Relay:
    """Takes mails from whoever knows the word."""

    def __init__(self) -> None:
        self.word = SECRET
        self.tried: list[bool] = []
        self.mails = 0

    def __call__(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, told: LoginPassword) -> AuthResult:
        self.tried.append((mechanism, told.login, told.password) == ("PLAIN", b"notifier", self.word.encode()))
        return AuthResult(success=self.tried[-1], handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails += 1
        return "250 kept"


@asynccontextmanager
async def listening(relay: Relay, context: ssl.SSLContext) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()

    def served() -> SMTP:
        return SMTP(relay, tls_context=context, authenticator=relay, auth_required=True, loop=loop)

    server = await loop.create_server(served, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def told(port: int, **changes: Any) -> SenderSettings:
    usual = settings(port, smtp_connections=1).model_dump()
    return SenderSettings.model_validate({**usual, "smtp_tls": "starttls", **changes})


async def test_whoever_knows_the_word_brings_mails_and_logs_in_once_for_many(context: ssl.SSLContext) -> None:
    relay, clock = Relay(), Hands()
    ledger = planned(MemoryLedger(clock.now), "a@example.nl", "b@example.nl", "c@example.nl")
    async with listening(relay, context) as port, sending(ledger, told(port, **LOGIN), clock):
        await until(lambda: over(ledger))
    assert (statuses(ledger), relay.mails, relay.tried) == ([Status.SENT] * 3, 3, [True])


async def test_a_login_that_is_refused_is_an_outage_that_is_said_and_ends(
    context: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    relay, clock = Relay(), Hands()
    relay.word = "another"
    ledger = planned(MemoryLedger(clock.now), "a@example.nl")
    async with listening(relay, context) as port, sending(ledger, told(port, **LOGIN), clock):
        await until(lambda: [entry.reply for entry in ledger.entries.values()] == ["LOGIN 535"])
        assert statuses(ledger) == [Status.PLANNED]
        relay.word = SECRET
        clock.advance(1)
        await until(lambda: over(ledger))
    assert statuses(ledger) == [Status.SENT]
    assert [line for line in caplog.messages if "mail server" in line] == [
        "the mail server wants another login than ours (LOGIN 535): tried again until it takes mails",
        "the mail server takes mails again",
    ]
    assert SECRET not in caplog.text


async def test_a_server_that_wants_a_login_and_gets_none_fails_no_mail(caplog: pytest.LogCaptureFixture) -> None:
    wanted = ["530 5.7.0 Authentication required"]
    clock, stub = Hands(), SmtpStub(lambda step, _: wanted[0] if step == "RCPT" and wanted else None)
    ledger = planned(MemoryLedger(clock.now), "a@example.nl", "b@example.nl", "c@example.nl")
    async with smtp_stub(stub), sending(ledger, settings(stub.port, smtp_connections=1), clock):
        await until(lambda: [entry.reply for entry in ledger.entries.values()] == ["RCPT 530 5.7.0"] * 3)
        wanted.clear()
        clock.advance(10)
        await until(lambda: over(ledger))
    assert statuses(ledger) == [Status.SENT] * 3
    assert "wants another login than ours (RCPT 530 5.7.0)" in caplog.text


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"smtp_tls": "offered"}, {"SMTP_USERNAME": "may send it in clear", "SMTP_PASSWORD": "may send it in clear"}),
        ({"smtp_tls": "none"}, {"SMTP_USERNAME": "may send it in clear", "SMTP_PASSWORD": "may send it in clear"}),
        ({"smtp_username": None}, {"SMTP_PASSWORD": "one of them is not set"}),
        ({"smtp_password": None}, {"SMTP_PASSWORD": "one of them is not set"}),
        ({"smtp_tls": "tls"}, {}),
    ],
)
def test_half_a_login_and_one_in_clear_are_faults_of_the_settings(
    changes: dict[str, Any], faults: dict[str, str]
) -> None:
    if not faults:
        assert SECRET not in redacted(told(25, **LOGIN | changes))
        return
    with pytest.raises(ValidationError) as raised:
        told(25, **LOGIN | changes)
    said = dict(line.removeprefix("KOPPELING_").split(": ", 1) for line in faults_of(raised.value).splitlines())
    assert said.keys() == faults.keys()
    assert all(part in said[name] for name, part in faults.items())
    assert SECRET not in str(said)
