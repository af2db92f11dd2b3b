"""What only Kafka, Postgres or the machine can say of a setting ends the process with the setting's name."""

import logging
import socket
from typing import Protocol

import pytest
from aiokafka.errors import InvalidSessionTimeoutError

from services.timeline import __main__ as timeline
from services.timeline.settings import TimelineSettings
from stream.environment import PREFIX
from stream.errors import SettingRefused
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import translated
from stream.postgres_session import Session
from stream.run import serve

ENVIRONMENT = {"KAFKA_BOOTSTRAP": "127.0.0.1:9", "POSTGRES_URL": "postgresql://timeline@127.0.0.1:9/koppeling"}


class Told(Protocol):
    async def __call__(self, **variables: object) -> str: ...


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Told:
    """What ends a service that is told this by its environment says in its log."""

    async def said(**variables: object) -> str:
        for name, value in (ENVIRONMENT | variables).items():
            monkeypatch.setenv(PREFIX + name, str(value))
        for name in ("stream", "services"):
            caplog.set_level(logging.INFO, name)  # as the process does; put back after the test
        with pytest.raises(SystemExit, match=r"^2$"):
            await serve(timeline.build, TimelineSettings())
        return caplog.text

    return said


async def test_an_address_that_somebody_else_listens_at_is_named_and_no_bug(told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await told(HEALTH_PORT=port)
    assert f"{PREFIX}HEALTH_PORT" in said
    assert f"127.0.0.1:{port}" in said


async def test_a_host_that_is_no_address_of_this_machine_is_named_and_no_bug(told: Told) -> None:
    assert f"{PREFIX}HEALTH_HOST" in await told(HEALTH_HOST="192.0.2.1")


def test_a_session_timeout_out_of_the_brokers_bounds_is_no_outage() -> None:
    with pytest.raises(SettingRefused, match=f"{PREFIX}SESSION_TIMEOUT_MS"), translated(KafkaAccess("127.0.0.1:9")):
        raise InvalidSessionTimeoutError


async def test_a_url_that_postgres_s_client_does_not_know_is_no_outage() -> None:
    with pytest.raises(SettingRefused, match=f"{PREFIX}POSTGRES_URL") as refused:
        await Session("postgresql://toy:planted-secret@127.0.0.1:9/toy?sslmode=bogus").fetch("select 1")
    assert "planted-secret" not in str(refused.value)
