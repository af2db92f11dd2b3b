import asyncio
import json
import signal
import stat
import sys
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from kafka_records import PARTITION, last_record, publish

from sandbox.endpoints import read_endpoints
from sandbox.errors import SandboxError
from sandbox.running import RunningSandbox, start
from sandbox.settings import SandboxSettings
from sandbox.waiting import until
from schemas.topics import all_topics
from stream.group_offsets import use_known_offsets
from stream.kafka_topics import until_answers


def test_the_endpoints_file_says_what_the_readme_promises_and_keeps_its_secrets(sandbox: RunningSandbox) -> None:
    told = json.loads(sandbox.state.endpoints.read_text("utf-8"))

    assert told["kafka"]["bootstrap_servers"].startswith("127.0.0.1:")
    assert told["postgres"]["url"].startswith("postgresql://")
    assert told["smtp"]["host"] == "127.0.0.1"
    assert told["mailbox"] == str(sandbox.state.mailbox)
    assert set(told["processes"]) == {"kafka", "postgres", "mailbox"}
    for path in (sandbox.state.endpoints, *sandbox.state.secrets.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_nothing_that_it_was_told_stands_on_its_command_line(sandbox: RunningSandbox) -> None:
    said = Path(f"/proc/{sandbox.endpoints().supervisor}/cmdline").read_bytes().split(b"\0")
    assert said[1:] == [b"-m", b"sandbox", b""]


def test_each_process_has_a_log_of_its_own(sandbox: RunningSandbox) -> None:
    assert "Kafka Server started" in sandbox.state.log("kafka").read_text("utf-8")
    assert "database system is ready" in sandbox.state.log("postgres").read_text("utf-8")
    assert "everything is ready" in sandbox.state.supervisor_log.read_text("utf-8")


async def test_the_topics_are_those_of_the_flow(sandbox: RunningSandbox) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers)
    await admin.start()
    try:
        described = await admin.describe_topics()
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "form-received")])
    finally:
        await admin.close()

    partitions = {topic["topic"]: len(topic["partitions"]) for topic in described if not topic["is_internal"]}
    settings = {name: value for name, value, *_ in answer.resources[0][4]}
    assert partitions == {topic.name: topic.partitions for topic in all_topics()}
    (forms,) = (topic for topic in all_topics() if topic.name == "form-received")
    assert forms.settings.items() <= settings.items()


async def test_postgres_keeps_what_it_acknowledges_and_no_value_in_its_log(sandbox: RunningSandbox) -> None:
    connection = await asyncpg.connect(sandbox.endpoints().postgres.url)
    try:
        durable = [await connection.fetchval(f"show {name}") for name in ("fsync", "synchronous_commit")]
        await connection.execute("create temporary table customer (name text unique)")
        await connection.execute("insert into customer values ('planted-value')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("insert into customer values ('planted-value')")
    finally:
        await connection.close()

    written = sandbox.state.log("postgres").read_text("utf-8")
    assert durable == ["on", "on"]
    assert "duplicate key" in written
    assert "planted-value" not in written


async def test_a_password_that_is_wrong_opens_nothing(sandbox: RunningSandbox) -> None:
    url = sandbox.endpoints().postgres.url

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(":", ":wrong", 2).replace(":wrong//", "://"))


@pytest.mark.parametrize("name", ["postgres", "mailbox"])
def test_what_is_killed_is_started_again(sandbox: RunningSandbox, name: str) -> None:
    old_pid = sandbox.send(name, signal.SIGKILL)

    assert sandbox.wait_restarted(name, old_pid, deadline_s=8) != old_pid


async def test_a_killed_broker_comes_back_with_what_it_acknowledged(sandbox: RunningSandbox) -> None:
    await publish(sandbox.endpoints(), b"acknowledged")
    old_pid = sandbox.send("kafka", signal.SIGKILL)
    sandbox.wait_restarted("kafka", old_pid, deadline_s=8)
    async with asyncio.timeout(30):
        await until_answers(sandbox.endpoints().kafka.access)

    assert await last_record(sandbox.endpoints()) == b"acknowledged"


async def test_a_broker_that_comes_back_does_not_pass_for_one_that_knows_no_offset(sandbox: RunningSandbox) -> None:
    use_known_offsets()
    reader = AIOKafkaConsumer(
        bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers, group_id="reader", enable_auto_commit=False
    )
    reader.assign([PARTITION])
    await reader.start()
    try:
        await reader.commit({PARTITION: 7})
        old_pid = sandbox.send("kafka", signal.SIGKILL)
        async with asyncio.timeout(30):
            answers = {await reader.committed(PARTITION)}
            while sandbox.pid("kafka") in {None, old_pid}:
                answers.add(await reader.committed(PARTITION))
            answers.add(await reader.committed(PARTITION))
    finally:
        await reader.stop()

    assert answers == {7}


async def test_what_is_killed_is_started_again_also_while_nothing_can_be_written(sandbox: RunningSandbox) -> None:
    in_the_way = sandbox.state.endpoints.with_suffix(".partial")
    in_the_way.mkdir()
    old_pid = sandbox.send("mailbox", signal.SIGKILL)

    async def said_twice() -> bool:
        return sandbox.state.supervisor_log.read_text("utf-8").count("endpoints.json could not be written") == 2

    await until(said_twice, deadline_s=8, missing="the end and the start of the mailbox were not told")
    assert sandbox.pid("mailbox") == old_pid

    in_the_way.rmdir()
    sandbox.wait_restarted("postgres", sandbox.send("postgres", signal.SIGKILL), deadline_s=8)

    assert sandbox.wait_restarted("mailbox", old_pid, deadline_s=8) != old_pid
    assert sandbox.state.complaints.read_text("utf-8") == ""


def test_a_second_sandbox_in_the_same_place_is_refused(sandbox: RunningSandbox) -> None:
    before = read_endpoints(sandbox.state)

    with pytest.raises(SandboxError, match=f"process {before.supervisor}"):
        start(SandboxSettings(state=sandbox.state.path))

    assert read_endpoints(sandbox.state) == before
