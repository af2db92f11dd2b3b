"""What operators look at first answers at once, however many registrations and parked records there are."""

import time
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from real import empty

from ops.administrator import looking
from ops.parked_filter import EVERYTHING
from ops.parked_groups import parked_groups
from ops.parked_rows import parked_rows
from ops.registrations import COUNTED_MAX, count_registrations, newest_registrations
from sandbox.running import RunningSandbox
from services.migrate import migrate

pytestmark = [pytest.mark.sandbox, pytest.mark.long]

REGISTRATIONS = 50_000
PARKED = 5_000
ANSWER_S_MAX = 5.0
"""Far above what it takes, and far below what reading every row would: docs/performance.md has the figures."""

REGISTERED = """
insert into intake.state (kind, key, lane, revision, document)
select 'intake', md5('registration' || n)::uuid::text, n % 6, 1, jsonb_build_object(
  'answer', 'submitted', 'since', to_char(timestamp '2026-01-01' + n * interval '10 s', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'reference', '', 'package', 'loket', 'company_name', 'Kwekerij ' || n, 'faults', '[]'::jsonb
) from generate_series(1, $1::int) n
"""
SET_ASIDE = """
insert into intake.redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, value, hash,
  reason, trace, first_at)
select md5('row' || n)::uuid, n % 6, md5('registration' || n)::uuid::text, 'parked', 1, true, 'form-received', n % 6,
  n, '\\x', '{}', '\\x', 'DEFECT_KeyError', 'message 0000000' || n % 9, timestamptz '2026-01-01' + n * interval '10 s'
from generate_series(1, $1::int) n
"""


@pytest.fixture
async def url(sandbox: RunningSandbox) -> AsyncIterator[str]:
    found = sandbox.endpoints().postgres.url
    migrate(found)
    empty(sandbox, "intake")
    connection = await asyncpg.connect(found)
    try:
        await connection.execute(REGISTERED, REGISTRATIONS, timeout=300)
        await connection.execute(SET_ASIDE, PARKED, timeout=300)
        await connection.execute("vacuum analyze intake.state")
        await connection.execute("analyze intake.redelivery")
        yield found
    finally:
        await connection.close()
        empty(sandbox, "intake")


async def test_status_and_what_is_parked_answer_at_once(
    url: str, record_property: Callable[[str, object], None]
) -> None:
    begun = time.monotonic()
    async with looking(url) as database:
        views = await newest_registrations(database, limit=50)
        assert await count_registrations(database) > COUNTED_MAX
        seen = time.monotonic()
        listed = await parked_rows(database, limit=200)
        mid = time.monotonic()
        groups = await parked_groups(database, EVERYTHING)
        end = time.monotonic()
    assert [view.company_name for view in views[:2]] == [f"Kwekerij {REGISTRATIONS - n}" for n in range(2)]
    assert (len(listed), [group.count for group in groups]) == (200, [PARKED // 9 + (n < PARKED % 9) for n in range(9)])
    record_property("seconds", f"status {seen - begun:.3f}, parked list {mid - seen:.3f}, group {end - mid:.3f}")
    assert max(seen - begun, mid - seen, end - mid) < ANSWER_S_MAX


async def test_the_newest_registrations_are_found_by_their_index(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        plan = await connection.fetch(
            "explain select key from intake.state where kind = 'intake' and document is not null "
            "order by document ->> 'since' desc limit 50"
        )
    finally:
        await connection.close()
    assert any("state_newest" in row[0] for row in plan)
