"""Whoever makes the topics before Kafka is there waits for it, and says so; and leaves the copies to the brokers."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from signal import SIGINT

import pytest

from services.create_topics import AS_THE_BROKERS_SAY, ENDED_BY_CTRL_C, wanted
from stream.kafka_access import KafkaAccess
from stream.kafka_topics import create_topics


async def test_that_kafka_is_not_there_yet_is_said_once_until_ctrl_c_ends_the_waiting_without_a_traceback() -> None:
    tried = asyncio.Queue[None]()

    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        tried.put_nowait(None)

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as nobody, asyncio.timeout(20):
        port = nobody.sockets[0].getsockname()[1]
        making = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "services.create_topics"),
            stderr=PIPE,
            env=os.environ | {"KOPPELING_KAFKA_BOOTSTRAP": f"127.0.0.1:{port}"},
        )
        for _ in range(4):
            await tried.get()
        making.send_signal(SIGINT)
        _, said = await making.communicate()

    why = "127.0.0.1: something listens there, and does not answer as Kafka does"
    assert said.decode() == f"Kafka at 127.0.0.1:{port} is not there yet ({why}): waiting\n"
    assert making.returncode == ENDED_BY_CTRL_C


@pytest.mark.parametrize(
    ("bootstrap", "why"),
    [
        ("127.0.0.1:1", "127.0.0.1: refused, nothing listens at that port"),
        (
            "kafka.invalid:9092,127.0.0.1:1",
            "kafka.invalid: no such host is found from here, 127.0.0.1: refused, nothing listens at that port",
        ),
    ],
)
async def test_why_kafka_is_not_there_is_said_again_and_again(bootstrap: str, why: str) -> None:
    heard = asyncio.Queue[str]()
    made = create_topics(KafkaAccess(bootstrap), [], waiting=heard.put_nowait, again_s=0)
    async with asyncio.timeout(20):
        making = asyncio.create_task(made)
        assert [await heard.get() for _ in range(2)] == [why] * 2
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making


def test_how_many_copies_are_kept_is_left_to_the_brokers() -> None:
    assert {topic.to_be_made(AS_THE_BROKERS_SAY).replication_factor for topic in wanted()} == {-1}
