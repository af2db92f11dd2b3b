"""All that is about some registrations, brought once more while no service takes anything."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from real import emptied

from ops.replay.pace import Limits
from ops.replay.through_registration import Found, RegistrationReplay
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningReported
from schemas.ids import registration_id
from stream.decode import Received, decode
from stream.horizon import HORIZON
from stream.record import Record

TOPIC = ProvisioningReported.name
NAMES = [registration_id("urn:a-test", f"replayed-{number}") for number in range(3)]
COUNT = "select count(*) from provisioning.redelivery where kind = 'replay'"


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    read = json.dumps({TOPIC: 2 * len(NAMES)})
    async with emptied(sandbox, "provisioning") as connection:
        await connection.execute("insert into provisioning.lane (lane, epoch, settled) values (3, 1, $1)", read)
        yield connection


def reported(registration: str, number: int) -> Received:
    now = datetime.now(UTC)
    said = {"connection": 1, "cycle": 1, "report": "accepted", "reported_at": now, "findings": ()}
    event = ProvisioningReported.model_validate(said)
    headers, value = codec.encode(Envelope(f"{number}", "urn:keylane", TOPIC, event.version, registration, now), event)
    item = decode(Record(TOPIC, 3, number, None, value, tuple(headers)))
    assert isinstance(item, Received)
    return item


def about(registrations: Sequence[str]) -> Found:
    """Two records of each."""
    return {
        one: {"provisioning": [reported(one, 2 * number + more) for more in range(2)]}
        for number, one in enumerate(registrations)
    }


@asynccontextmanager
async def under_way(sandbox: RunningSandbox, found: Found, limits: Limits) -> AsyncIterator[None]:
    """A command that is driving, over a connection of its own, until an operator presses Ctrl-C."""
    connection = await asyncpg.connect(sandbox.endpoints().postgres.url)
    driving = asyncio.ensure_future(RegistrationReplay(connection, limits, HORIZON).run(found, "a test"))
    try:
        yield
    finally:
        driving.cancel()
        with suppress(asyncio.CancelledError):
            await driving
        await connection.close()


def counts(database: Any, query: str, number: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return bool(await database.fetchval(query) == number)

    return ask


async def test_the_same_command_again_queues_nothing_twice(sandbox: RunningSandbox, database: Any) -> None:
    found, done = about(NAMES), "select count(*) from operations.action where registration = any($1)"
    for times in (1, 2):
        async with under_way(sandbox, found, Limits(100, 1_000)):

            async def recorded(times: int = times) -> bool:
                return bool(await database.fetchval(done, NAMES) == times * len(NAMES))

            await until(recorded, deadline_s=30, missing="not everything is queued")
    assert await database.fetchval(COUNT) == 2 * len(NAMES)


async def test_no_more_rows_stand_in_the_queue_than_are_allowed(sandbox: RunningSandbox, database: Any) -> None:
    async with under_way(sandbox, about(NAMES), Limits(4, 1_000)):
        await until(counts(database, COUNT, 4), deadline_s=30, missing="nothing is queued")
        taken = "delete from provisioning.redelivery where id in (select id from provisioning.redelivery limit 2)"
        await database.execute(taken)
        await until(counts(database, COUNT, 4), deadline_s=30, missing="what there is room for is not queued")


async def test_what_the_service_has_still_to_read_is_left_alone(sandbox: RunningSandbox, database: Any) -> None:
    await database.execute("update provisioning.lane set settled = $1", json.dumps({TOPIC: 3}))
    async with under_way(sandbox, about(NAMES), Limits(100, 1_000)):
        await until(counts(database, COUNT, 3), deadline_s=30, missing="what was read is not queued")
    assert await database.fetchval("select max(log_offset) from provisioning.redelivery") == 2


async def test_a_plan_says_at_once_what_keeps_the_service_from_taking_anything(
    database: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await database.execute("insert into provisioning.pause (reason) values ('a test')")
    await database.execute("insert into provisioning.brake (release, pulled_at, reason) values ('1.4', now(), 'ten')")
    await RegistrationReplay(database, Limits(100, 1_000), HORIZON).run(about(NAMES[:1]), None)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("provisioning is paused since")
    assert (
        ": a test: what is brought waits until it goes on provisioning 1.4 has stopped itself (`koppeling brake" in said
    )
    assert said.index("provisioning 1.4") < said.index("2 records through provisioning")
