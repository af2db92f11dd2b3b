"""What Kafka does not allow is said in a sentence that names who, what and what to do, and is no outage."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from certificate import self_signed
from pydantic import SecretStr
from secured_kafka import SecuredKafka, secured_kafka

from schemas.access import Permission
from stream.errors import AccessDenied
from stream.kafka import KafkaTransport
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import check_access
from stream.kafka_settings import KafkaSettings
from stream.kafka_topics import TopicSpec, create_topics
from stream.record import Message, TopicLane
from stream.transport import Membership

pytestmark = pytest.mark.sandbox

LANES = 2
READ = Permission("reader", "Read", "topic", "read")
JOINED = Permission("reader", "Read", "group", "readers")
WRITTEN = Permission("reader", "Write", "topic", "written")
WHOLE = {READ, JOINED, WRITTEN}
SEES = {READ, JOINED, WRITTEN._replace(operation="Describe"), WRITTEN._replace(name="read")}
DENIED = {
    "no-read": "topic read",
    "no-readers": "group readers",
    "no-written": "every topic that it writes",
    "only-sees": "topic written",
}


def without(permission: Permission) -> set[Permission]:
    """The same for a principal of another name."""
    return {one._replace(principal=f"no-{permission.name}") for one in WHOLE - {permission}}


async def taken_part(access: KafkaAccess) -> None:
    """Do once all that a worker does with Kafka."""
    transport = KafkaTransport(KafkaSettings(access, Membership("readers", ("read",), ("written",)), LANES))
    try:
        await transport.start()
        async with asyncio.timeout(20):
            while not transport.assignment().lanes:
                await transport.receive(1, 0.05)
        lanes = transport.assignment().lanes
        places = [TopicLane("read", lane) for lane in lanes]
        transport.seek(dict.fromkeys(places, 0))
        await transport.committed(lanes)
        await transport.beginnings(places)
        await transport.publish([Message("written", 0, "key", 1, (), b"value")])
        async with asyncio.timeout(20):
            while not await transport.receive(1, 0.05):
                pass
        await transport.commit(dict.fromkeys(places, 0), transport.assignment().generation)
        assert await transport.lag() >= 0
    finally:
        await transport.close()


async def unseen(access: KafkaAccess) -> str:
    with pytest.raises(AccessDenied) as denied:
        await check_access(access, "readers", ["read", "written"])
    return str(denied.value)


async def denial(access: KafkaAccess) -> str:
    with pytest.raises(AccessDenied) as denied:
        await taken_part(access)
    assert "password-of" not in str(denied.value)
    return str(denied.value)


async def one_record(kafka: SecuredKafka) -> None:
    transport = KafkaTransport(KafkaSettings(kafka.inner, Membership("inner", ("read",)), LANES))
    await transport.start()
    await transport.publish([Message("read", 0, "key", 1, (), b"value")])
    await transport.close()


async def test_whoever_may_not_hears_what_and_whoever_may_hears_nothing(tmp_path: Path) -> None:
    async with secured_kafka(tmp_path, ["reader", *DENIED]) as kafka:
        await create_topics(kafka.inner, [TopicSpec(name, LANES, {}) for name in ("read", "written")])
        await kafka.allow({*WHOLE, *without(READ), *without(JOINED), *without(WRITTEN)})
        await kafka.allow(one._replace(principal="only-sees") for one in SEES)
        await one_record(kafka)
        await taken_part(kafka.access("reader"))
        for name, what in DENIED.items():
            said = await denial(kafka.access(name))
            assert f"give User:{name} too little at {what} (" in said
            assert "`koppeling acls`" in said

        assert "no-read too little at topic read (" in await unseen(kafka.access("no-read"))
        assert "no-readers too little at group readers (" in await unseen(kafka.access("no-readers"))
        reader = kafka.access("reader")
        await check_access(reader, "readers", ["read", "written"])
        await check_access(KafkaAccess("127.0.0.1:1"), "readers", ["read"])
        assert "SaslAuthenticationFailed" in await unseen(replace(reader, password=SecretStr("guessed")))
        said = await denial(replace(reader, password=SecretStr("guessed")))
        assert "does not let User:reader in (SaslAuthenticationFailed): look at KOPPELING_KAFKA_USERNAME" in said
        assert "UnsupportedSaslMechanismError" in await denial(replace(reader, mechanism="SCRAM-SHA-256"))
        other = tmp_path / "other"
        other.mkdir()
        assert "is not trusted (self-signed certificate)" in await denial(replace(reader, ca_file=self_signed(other)))
