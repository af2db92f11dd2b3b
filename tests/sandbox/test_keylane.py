"""Keylane's simulator as a process on real Kafka: killed, started again, told to end."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from sandbox.running import RunningSandbox
from schemas import codec
from schemas.example import examples
from schemas.flow import LANES
from stream.kafka_access import KafkaAccess
from stream.kafka_topics import until_answers

LOKET = next(example for example in examples() if example.name == "provisioning-requested.v2/loket")
REPORTS = [TopicPartition("provisioning-reported", lane) for lane in range(LANES)]
DEADLINE_S = 60

Said = tuple[str, bytes, bytes]


@contextmanager
def keylane(bootstrap: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"KOPPELING_KAFKA_BOOTSTRAP": bootstrap, "KOPPELING_KEYLANE_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.keylane"], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Ear:
    """Hears every report about these registrations from now on."""

    def __init__(self, consumer: AIOKafkaConsumer, subjects: Collection[str]) -> None:
        self._consumer = consumer
        self._subjects = frozenset(subjects)
        self.said: list[Said] = []

    async def until(self, count: int) -> None:
        """So many different reports were heard."""
        async with asyncio.timeout(DEADLINE_S):
            while len(set(self.said)) < count:
                for records in (await self._consumer.getmany(timeout_ms=200)).values():
                    heard = [(r.key.decode(), dict(r.headers)["ce_id"], r.value) for r in records]
                    self.said += [said for said in heard if said[0] in self._subjects]


@asynccontextmanager
async def listening(bootstrap: str, subjects: Collection[str]) -> AsyncIterator[Ear]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="latest")
    consumer.assign(REPORTS)
    async with consumer:
        await consumer.seek_to_end()
        await asyncio.gather(*(consumer.position(place) for place in REPORTS))
        yield Ear(consumer, subjects)


async def request(bootstrap: str, subjects: Collection[str]) -> None:
    decoded = codec.decode("provisioning-requested", LOKET.headers, LOKET.value)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=524_288) as producer:
        sent = []
        for subject in subjects:
            envelope = decoded.envelope._replace(id=f"request-{subject}", subject=subject)
            headers, value = codec.encode(envelope, decoded.event)
            sent.append(
                await producer.send("provisioning-requested", value, key=subject.encode(), headers=list(headers))
            )
        await asyncio.gather(*sent)


@pytest.fixture
def bootstrap(sandbox: RunningSandbox) -> str:
    return sandbox.endpoints().kafka.bootstrap_servers


async def test_killed_at_any_moment_it_reports_on_every_request_and_never_otherwise(
    bootstrap: str, tmp_path: Path
) -> None:
    subjects = [str(uuid4()) for _ in range(600)]
    async with listening(bootstrap, subjects) as ear:
        await request(bootstrap, [subject for subject in subjects for _ in range(2)])
        for heard in (1, 300, 600, 900):
            with keylane(bootstrap, tmp_path):
                await ear.until(heard)
        with keylane(bootstrap, tmp_path):
            await ear.until(1200)
    assert len({identity for _, identity, _ in ear.said}) == 1200
    assert {subject for subject, _, _ in ear.said} == set(subjects)
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as record:
        assert record.execute("select count(*), sum(repeats > 0) from request").fetchone() == (600, 600)


async def test_a_scripted_registration_is_told_what_the_script_says(bootstrap: str, tmp_path: Path) -> None:
    scripted, usual = str(uuid4()), str(uuid4())
    finding = '{"code": "LHNR_MISMATCH"}'
    (tmp_path / "script.json").write_text(
        f'{{"{scripted}": [{{"report": "failed", "findings": [{finding}], "times": 3}}]}}'
    )
    async with listening(bootstrap, [scripted, usual]) as ear:
        await request(bootstrap, [scripted, usual])
        with keylane(bootstrap, tmp_path):
            await ear.until(3)
    failed = [said for said in ear.said if said[0] == scripted]
    assert len(failed) == 3
    assert len(set(failed)) == 1
    assert b'"failed"' in failed[0][2]
    assert [b'"configured"' in value for subject, _, value in ear.said if subject == usual] == [False, True]


async def test_told_to_end_it_ends_cleanly(bootstrap: str, tmp_path: Path) -> None:
    subject = str(uuid4())
    async with listening(bootstrap, [subject]) as ear:
        await request(bootstrap, [subject])
        with keylane(bootstrap, tmp_path) as process:
            await ear.until(2)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 10) == 0


async def test_two_cannot_share_a_folder(bootstrap: str, tmp_path: Path) -> None:
    subject = str(uuid4())
    async with listening(bootstrap, [subject]) as ear:
        await request(bootstrap, [subject])
        with keylane(bootstrap, tmp_path):
            await ear.until(2)
            with keylane(bootstrap, tmp_path) as second:
                assert await asyncio.to_thread(second.wait, 10) == 1


async def test_when_kafka_was_away_it_goes_on_by_itself(
    sandbox: RunningSandbox, bootstrap: str, tmp_path: Path
) -> None:
    before, after = str(uuid4()), str(uuid4())
    with keylane(bootstrap, tmp_path) as process:
        async with listening(bootstrap, [before]) as ear:
            await request(bootstrap, [before])
            await ear.until(2)
        killed = sandbox.send("kafka", signal.SIGKILL)
        await asyncio.to_thread(sandbox.wait_restarted, "kafka", killed, deadline_s=DEADLINE_S)
        await until_answers(KafkaAccess(bootstrap))
        async with listening(bootstrap, [after]) as ear:
            await request(bootstrap, [after])
            await ear.until(2)
        assert process.poll() is None
