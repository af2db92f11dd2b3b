"""A group that no broker coordinates for a while: aiokafka looks for one for ever, and can be broken off."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from click.testing import CliRunner
from clusters import LANES, until
from real import make_topics, migrated

from ops.cli import main
from sandbox.running import RunningSandbox
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_settings import KafkaSettings
from stream.transport import Membership


async def nobody(*_: object) -> None:
    raise GroupCoordinatorNotAvailableError


async def test_a_joining_that_was_broken_off_is_begun_anew_and_succeeds(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"coordinated-{uuid4().hex[:8]}"
    await make_topics(sandbox, (topic,), LANES)
    access = KafkaAccess(sandbox.endpoints().kafka.bootstrap_servers)
    member = KafkaTransport(KafkaSettings(access, Membership(f"readers-{topic}", (topic,)), LANES))

    with monkeypatch.context() as patch:
        patch.setattr(AIOKafkaClient, "coordinator_lookup", nobody)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(member.start(), 1)
        await asyncio.wait_for(member.close(), 5)

    await asyncio.wait_for(member.start(), 15)
    await until(member, lambda: len(member.assignment().lanes) == LANES)
    await member.close()


async def test_a_rewind_says_that_kafka_does_not_answer(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(sandbox.endpoints().postgres.url)
    monkeypatch.setattr(AIOKafkaClient, "coordinator_lookup", nobody)
    words = ["rewind", "--service", "timeline", "--state", str(sandbox.state.path)]
    ended = await asyncio.wait_for(asyncio.to_thread(CliRunner().invoke, main, words), 30)
    assert (ended.exit_code, "does not answer" in ended.stderr) == (1, True), ended.output
