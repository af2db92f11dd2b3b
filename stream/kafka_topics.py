"""Topics, created through the broker's administration interface."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.conn import collect_hosts
from aiokafka.errors import KafkaConnectionError, TopicAlreadyExistsError, for_code

from stream.errors import AccessDenied
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import refusal
from stream.kafka_stop import stop

BOOTSTRAP_TRY_S = 0.1
ASKED_S_MAX = 5.0
SAID_AGAIN_S = 60.0


class TopicSpec(NamedTuple):
    """A topic as the caller wants it: settings as Kafka's topic configuration names them."""

    name: str
    partitions: int
    config: Mapping[str, str]

    def to_be_made(self, copies: int) -> NewTopic:
        """As the client takes it. For the broker, -1 copies are its own default; the client's check refuses that."""
        made = NewTopic(self.name, self.partitions, 1, topic_configs=dict(self.config))
        made.replication_factor = copies
        return made


def _in_silence(_why: str) -> None:
    """Let the client log nothing: callers have a deadline, and report what is missing themselves."""


async def create_topics(
    access: KafkaAccess,
    topics: Iterable[TopicSpec],
    *,
    copies: int = 1,
    waiting: Callable[[str], None] = _in_silence,
    again_s: float = SAID_AGAIN_S,
) -> list[str]:
    """Make the topics exist, each partition with a leader; returns the names of those that were missing.

    Raises KafkaError or AccessDenied for a refusal.

    Waits without end for a broker that answers. It calls `waiting` with the cause after the first attempt in vain, and
    every `again_s` after that.
    """
    wanted = tuple(topics)
    admin = await _administrator(access, waiting, again_s)
    try:
        response = await admin.create_topics([topic.to_be_made(copies) for topic in wanted])
        for _, code, message in response.topic_errors:
            if code not in {0, TopicAlreadyExistsError.errno}:
                raise for_code(code)(message)
    finally:
        await admin.close()
    await until_led(access, wanted)
    return [name for name, code, _ in response.topic_errors if code == 0]


async def until_answers(access: KafkaAccess) -> None:
    """Returns when a broker answers; waits without end."""
    await (await _administrator(access, _in_silence, SAID_AGAIN_S)).close()


async def until_led(access: KafkaAccess, topics: Iterable[TopicSpec]) -> None:
    """Returns when each of their partitions has a leader that knows it; raises KafkaError when that takes too long."""
    # Metadata names a leader before that broker knows it; only asking it for its offsets tells.
    partitions = [TopicPartition(topic.name, n) for topic in topics for n in range(topic.partitions)]
    consumer = AIOKafkaConsumer(**access.arguments())
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.end_offsets(partitions)
    finally:
        await stop(consumer)


async def _administrator(access: KafkaAccess, waiting: Callable[[str], None], again_s: float) -> AIOKafkaAdminClient:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    now = asyncio.get_running_loop().time
    say_at = now()
    while True:
        admin = AIOKafkaAdminClient(**access.arguments())
        try:
            await admin.start()
        except KafkaConnectionError:
            await admin.close()
            if why := await refusal(access):
                raise AccessDenied(why) from None
            if now() >= say_at:
                waiting(await _why_away(access))
                say_at = now() + again_s
            await asyncio.sleep(BOOTSTRAP_TRY_S)
        else:
            return admin


async def _why_away(access: KafkaAccess) -> str:
    """What each broker answers to a mere connection: a client that finds none says no more than that."""
    brokers = collect_hosts(access.bootstrap, randomize=False)
    return ", ".join([f"{host}: {await _heard_from(host, port)}" for host, port, _ in brokers])


async def _heard_from(host: str, port: int) -> str:
    try:
        async with asyncio.timeout(ASKED_S_MAX):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror:
        return "no such host is found from here"
    except ConnectionRefusedError:
        return "refused, nothing listens at that port"
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return f"cannot be reached ({type(error).__name__})"
    writer.close()
    return "something listens there, and does not answer as Kafka does"
