from datetime import UTC, datetime

import asyncpg
import pytest
from pydantic_core import from_json
from real import empty, migrated

from sandbox.running import RunningSandbox
from services.monitor.remembered import remembered
from services.monitor.stage import Stage
from services.timeline.documents import Entry, Said, Timeline, Why

REGISTRATION = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"


def timeline(*refused: str) -> Timeline:
    """A registration that waits for its policy, whose correction is held and, for each of these codes, refused."""
    said = [
        ("policy-awaited", Said(cycle=1)),
        ("registration-held", Said(cycle=2)),
        *(("correction-refused", Said(cycle=2, why=(Why(code=code, detail="form"),))) for code in refused),
    ]
    entries = (
        Entry(at=datetime(2026, 11, day, tzinfo=UTC), event=event, revision=1, id=str(day), said=what)
        for day, (event, what) in enumerate(said, start=1)
    )
    return Timeline(entries=tuple(entries))


@pytest.mark.parametrize(
    ("refused", "stage"), [((), Stage.HELD), (("REQUIRED",), Stage.HELD), (("LAPSED",), Stage.AWAITING_POLICY)]
)
async def test_the_live_view_reads_that_a_held_correction_has_lapsed(
    sandbox: RunningSandbox, refused: tuple[str, ...], stage: Stage
) -> None:
    migrated(sandbox.endpoints().postgres.url)
    empty(sandbox, "timeline")
    connection = await asyncpg.connect(sandbox.service_url("timeline"))
    await connection.execute(
        "insert into state (kind, key, lane, revision, document) values ('timeline', $1, 0, 1, $2)",
        REGISTRATION,
        timeline(*refused).model_dump_json(),
    )
    entries = await connection.fetchval("select entries from heard where key = $1", REGISTRATION)
    await connection.close()
    assert remembered(from_json(entries)) is stage
