"""What commands say of a Kafka that is away, or hangs: one sentence, nothing beside it, and soon."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import click
import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError

from ops.audit.kafka_evidence import kafka_reader
from ops.replay.topic_reader import topic_reader
from ops.servers.event_publisher import event_publisher
from stream.kafka_access import KafkaAccess

SOON_S = 10.0
NOWHERE = KafkaAccess("127.0.0.1:1")


@pytest.fixture(autouse=True)
def _loud() -> None:
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)


@pytest.fixture
async def hanging() -> AsyncIterator[str]:
    """The address of one that takes connections, as the system does for a process that is stopped, and is silent."""
    connected: list[asyncio.StreamWriter] = []

    def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer)

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for writer in connected:
            writer.close()


async def test_who_reads_hears_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(click.ClickException, match=r"Kafka at 127\.0\.0\.1:1 does not answer .*`Kafka is down`"):
        async with topic_reader(NOWHERE):
            pass
    assert caplog.text == ""


async def test_who_publishes_hears_the_error_alone(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KafkaError):
        async with event_publisher(NOWHERE):
            pass
    assert caplog.text == ""


@pytest.mark.long
async def test_of_a_broker_that_hangs_everybody_hears_soon(hanging: str) -> None:
    async def enter(client: AbstractAsyncContextManager[object]) -> None:
        async with client:
            pass

    access = KafkaAccess(hanging)
    began = time.monotonic()
    reading, auditing, publishing = await asyncio.gather(
        *map(enter, (topic_reader(access), kafka_reader(access, []), event_publisher(access))), return_exceptions=True
    )
    assert time.monotonic() - began < SOON_S
    for said in (reading, auditing):
        assert (type(said), f"Kafka at {hanging} does not answer" in str(said)) == (click.ClickException, True)
    assert type(publishing) is KafkaConnectionError
