"""How the flow's topics are made, and what they do not take, on the real broker."""

import asyncio
import os
import sys
import zlib
from asyncio.subprocess import PIPE
from collections.abc import Callable
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from kafka_records import last_record, publish

from sandbox.endpoints import Endpoints
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.topics import MONITOR_TABLE
from services import create_topics as program
from stream.kafka_topics import TopicSpec, create_topics

INFLATED_BYTES = 100 * 1024 * 1024
GZIP, ZSTD = 1, 4

_BLOCK_BYTES = 128 * 1024
_RLE = 1


def varint(number: int) -> bytes:
    """A signed number as records have it: zigzag, seven bits a byte."""
    number = number << 1
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def record_head() -> bytes:
    """A record without key, up to its value of zeros, behind which a zero says that it has no headers."""
    body = b"\0" + varint(0) + varint(0) + b"\x01" + varint(INFLATED_BYTES)
    return varint(len(body) + INFLATED_BYTES + 1) + body


def gzipped(head: bytes) -> bytes:
    squeezer = zlib.compressobj(level=1, wbits=31)
    parts = [squeezer.compress(head), *(squeezer.compress(bytes(_BLOCK_BYTES)) for _ in range(_blocks()))]
    return b"".join((*parts, squeezer.compress(b"\0"), squeezer.flush()))


def zstandard(head: bytes) -> bytes:
    """A frame of RFC 8878 by hand: the head as it is, then a byte to repeat for each block, then the last zero."""
    frame = b"\x28\xb5\x2f\xfd\0\x38" + _block(0, len(head)) + head
    return frame + (_block(_RLE, _BLOCK_BYTES) + b"\0") * _blocks() + _block(_RLE, 1, last=1) + b"\0"


def _block(kind: int, size: int, *, last: int = 0) -> bytes:
    return (last | kind << 1 | size << 3).to_bytes(3, "little")


def _blocks() -> int:
    return INFLATED_BYTES // _BLOCK_BYTES


class Bomb(_DefaultRecordBatchBuilderPy):  # type: ignore[misc] # aiokafka has no types
    """A batch of one record whose bytes are these, squeezed already."""

    def __init__(self, codec: int, squeezed: bytes) -> None:
        super().__init__(2, codec, 0, -1, -1, -1, 1_000_000)
        self._squeezed = squeezed

    def _maybe_compress(self) -> bool:
        self._buffer[self.HEADER_STRUCT.size :] = self._squeezed
        return True


async def send(endpoints: Endpoints, topic: str, bomb: Bomb) -> None:
    async with AIOKafkaProducer(bootstrap_servers=endpoints.kafka.bootstrap_servers) as producer:
        batch = producer.create_batch()
        batch._builder = bomb
        batch.append(key=None, value=b"", timestamp=None)
        await (await producer.send_batch(batch, topic, partition=0))


async def delete(endpoints: Endpoints, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=endpoints.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


async def topics(bootstrap_servers: str) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


@pytest.mark.parametrize(("codec", "squeeze"), [(GZIP, gzipped), (ZSTD, zstandard)])
async def test_a_batch_that_inflates_to_a_hundred_megabytes_is_refused_and_the_broker_lives(
    codec: int, squeeze: Callable[[bytes], bytes], sandbox: RunningSandbox
) -> None:
    endpoints = sandbox.endpoints()
    squeezed = squeeze(record_head())
    assert len(squeezed) < INFLATED_BYTES / 200
    with pytest.raises(MessageSizeTooLargeError):
        await send(endpoints, "form-received", Bomb(codec, squeezed))
    await publish(endpoints, b"after the bomb")
    assert await last_record(endpoints) == b"after the bomb"


async def test_without_the_topic_s_setting_the_same_batch_gets_in(sandbox: RunningSandbox) -> None:
    endpoints = sandbox.endpoints()
    topic = TopicSpec(f"takes-anything-{uuid4().hex[:8]}", 1, {"compression.type": "producer"})
    await create_topics(endpoints.kafka.access, [topic])
    try:
        await send(endpoints, topic.name, Bomb(ZSTD, zstandard(record_head())))
    finally:
        await delete(endpoints, topic.name)


async def test_a_topic_that_is_missing_is_made_and_the_others_stay(sandbox: RunningSandbox) -> None:
    kafka = sandbox.endpoints().kafka
    await delete(sandbox.endpoints(), MONITOR_TABLE)

    async def is_gone() -> bool | None:
        return MONITOR_TABLE not in await topics(kafka.bootstrap_servers) or None

    await until(is_gone, deadline_s=10, missing=f"{MONITOR_TABLE} is there still")
    environment = os.environ | {"KOPPELING_KAFKA_BOOTSTRAP": kafka.bootstrap_servers}
    for said in (f"{MONITOR_TABLE}: made\n", "every topic is there\n"):
        making = await asyncio.create_subprocess_exec(
            sys.executable, *("-m", program.__name__), env=environment, stdout=PIPE
        )
        told, _ = await making.communicate()
        assert (making.returncode, told.decode()) == (0, said)
    assert {topic.name for topic in program.wanted()} <= await topics(kafka.bootstrap_servers)


async def test_a_record_larger_than_a_topic_takes_is_refused(sandbox: RunningSandbox) -> None:
    endpoints = sandbox.endpoints()
    batch = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 2_000_000)
    batch.append(0, None, None, bytes(1_100_000), [])
    with pytest.raises(MessageSizeTooLargeError):
        await send(endpoints, "form-received", batch)
