"""What `koppeling services` tells of mails that wait, by the real table."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from real import empty

from ops.backlog import Backlog
from ops.service_state import service_states
from ops.services import service_lines
from sandbox.running import RunningSandbox
from schemas.flow import SERVICE_NAMES
from services.migrate import migrate

pytestmark = pytest.mark.sandbox

PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, planned_at)
values (gen_random_uuid(), 0, $1, 'link-realised', '', '', 0, '{}', $2, now() - $3 * interval '1 minute')
"""


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    url = sandbox.endpoints().postgres.url
    migrate(url)
    empty(sandbox, "notifier")
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()
    empty(sandbox, "notifier")


async def test_of_mails_that_are_not_sent_it_is_told_how_many_and_how_long_the_oldest_waits(database: Any) -> None:
    for minutes, status in enumerate(["PLANNED", "PLANNED", "CLAIMED", "SENT", "FAILED", "UNCERTAIN"], start=10):
        await database.execute(PLAN, status + str(minutes), status, minutes)
    states = await service_states(database, dict.fromkeys(SERVICE_NAMES, Backlog(0, 0, 1)))
    told = {one.service: " ".join(" ".join(service_lines(one)).split()) for one in states}
    assert "3 mails not sent yet, the oldest for 12 min" in told.pop("notifier")
    assert not [said for said in told.values() if "not sent yet" in said]
