"""Whoever makes the topics before Kafka is there waits for it, and says so; and leaves the copies to the brokers."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

from services.create_topics import AS_THE_BROKERS_SAY, wanted


async def test_that_kafka_is_not_there_yet_is_said_once() -> None:
    tried = asyncio.Queue[None]()

    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        tried.put_nowait(None)

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as nobody, asyncio.timeout(20):
        port = nobody.sockets[0].getsockname()[1]
        environment = os.environ | {"KOPPELING_KAFKA_BOOTSTRAP": f"127.0.0.1:{port}"}
        making = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.create_topics", stderr=PIPE, env=environment
        )
        for _ in range(3):
            await tried.get()
        making.terminate()
        _, said = await making.communicate()

    assert said.decode() == f"Kafka at 127.0.0.1:{port} is not there yet: waiting\n"


def test_how_many_copies_are_kept_is_left_to_the_brokers() -> None:
    assert {topic.to_be_made(AS_THE_BROKERS_SAY).replication_factor for topic in wanted()} == {-1}
