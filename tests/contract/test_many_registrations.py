"""What operators look at first answers at once, however many registrations and parked records there are."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from real import empty, migrated

from ops.actions.action import _NEWEST as _DONE
from ops.asr.processor import _PROCESSORS
from ops.asr.processor_move import _ADDRESSES
from ops.mails.ledger_mail import _MAILS, _OF_STATUS
from ops.parked.filter import EVERYTHING
from ops.parked.groups import parked_groups
from ops.parked.row import stands_still
from ops.parked.rows import _PARKED, parked_rows
from ops.replay.replays import _NEXT_EPOCH
from ops.servers.administrator import connected, looking
from ops.story.find_registration import find_registration
from ops.story.newest import _NEWEST, _WAITING, COUNTED_MAX, count_registrations, newest, waiting
from ops.story.registrations import registrations
from sandbox.running import RunningSandbox
from schemas.ids import reference

pytestmark = pytest.mark.long

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


MAILED = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, planned_at)
select md5('mail' || n)::uuid, n % 6, 'registration ' || n, 'link-realised', 'connection 1', 'applicant',
  case when n % 10000 = 1 then 1 else 0 end, '{}', case when n % 10000 = 2 then 'FAILED' else 'SENT' end,
  timestamptz '2026-01-01' + n * interval '10 s'
from generate_series(1, $1::int) n
"""
REVIEWED = """
update intake.state set document = document || '{"answer": "applied"}' where document ->> 'company_name' like '%0000'
"""


HELD = """
update intake.state set waits_for = '{a gate}', document = document || '{"answer": "held"}'
  || '{"waits": ["PROCESSOR_CONFIRMATION"]}' where document ->> 'company_name' = 'Kwekerij 1'
"""


@pytest.fixture(scope="module")
def url(sandbox: RunningSandbox) -> Iterator[str]:
    found = migrated(sandbox.endpoints().postgres.url)
    for service in ("intake", "notifier"):
        empty(sandbox, service)
    try:
        with psycopg.connect(found, autocommit=True) as connection:
            for fill, count in ((REGISTERED, REGISTRATIONS), (SET_ASIDE, PARKED), (MAILED, REGISTRATIONS)):
                connection.execute(fill.replace("$1", str(count)))
            connection.execute(REVIEWED)
            connection.execute(HELD)
            for table in ("intake.state", "intake.redelivery", "notifier.effect"):
                connection.execute(f"vacuum analyze {table}")
        yield found
    finally:
        for service in ("intake", "notifier"):
            empty(sandbox, service)


async def test_status_and_what_is_parked_answer_at_once(
    url: str, record_property: Callable[[str, object], None]
) -> None:
    begun = time.monotonic()
    async with looking(url) as database:
        views = await registrations(database, await newest(database, limit=50))
        assert await count_registrations(database) > COUNTED_MAX
        assert await waiting(database) == ["waiting: 1 PROCESSOR_CONFIRMATION"]
        assert "state_waiting" in str(await database.fetch(f"explain {_WAITING}"))
        seen = time.monotonic()
        listed = await parked_rows(database, limit=200)
        mid = time.monotonic()
        groups = await parked_groups(database, EVERYTHING)
        end = time.monotonic()
    assert [view.company_name for view in views[:2]] == [f"Kwekerij {REGISTRATIONS - n}" for n in range(2)]
    assert (len(listed), [group.count for group in groups]) == (200, [PARKED // 9 + (n < PARKED % 9) for n in range(9)])
    record_property("seconds", f"status {seen - begun:.3f}, parked list {mid - seen:.3f}, group {end - mid:.3f}")
    assert max(seen - begun, mid - seen, end - mid) < ANSWER_S_MAX


async def test_a_registration_that_only_its_parked_record_knows_is_found_behind_a_thousand_others(url: str) -> None:
    async with looking(url) as database:
        keys = [row["key"] for row in await database.fetch("select key from intake.redelivery order by first_at")]
        for key in (keys[0], keys[-1]):
            assert await find_registration(database, reference(key)) == key
        assert await find_registration(database, reference("nobody")) is None


async def test_of_many_parked_registrations_each_is_seen_to_be_parked(url: str) -> None:
    async with looking(url) as database:
        keys = [row["key"] for row in await database.fetch("select key from intake.redelivery")]
        assert [stands_still(view.parked) for view in await registrations(database, keys)] == [True] * PARKED


async def test_a_form_that_is_parked_now_is_among_the_newest_and_one_of_long_ago_is_not(url: str) -> None:
    async with connected(url) as database:
        new, old = (str(uuid4()) for _ in range(2))
        for key, at in ((new, datetime.now(UTC)), (old, datetime(2025, 1, 1, tzinfo=UTC))):
            await database.execute(SET_ASIDE_ALONE, uuid4(), key, at)
        found = await newest(database, limit=50)
        await database.execute("delete from intake.redelivery where key = any($1)", [new, old])
    assert (found[0], len(found), old in found) == (new, 50, False)


SET_ASIDE_ALONE = """
insert into intake.redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, value, hash,
  reason, first_at)
values ($1, 0, $2, 'parked', 1, true, 'form-received', 0, 0, '\\x', '{}', '\\x', 'DEFECT_KeyError', $3)
"""
ONES = ["6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"]
OF_INTAKE = _PARKED.format(schema="intake", order="first_at, seq")
WHOSE = OF_INTAKE, (*EVERYTHING.columns(), None, ONES, None, None, "intake", EVERYTHING.due)


@pytest.mark.parametrize(
    ("index", "sql", "values"),
    [
        ("state_newest", _NEWEST, (50,)),
        ("redelivery_parked_of", *WHOSE),
        ("state_processors", _PROCESSORS, (None, 200)),
        ("state_requests", _ADDRESSES, ()),
        ("effect_newest", _MAILS.format(where=_OF_STATUS), (50, None)),
        ("effect_failed", _MAILS.format(where=_OF_STATUS), (50, "FAILED")),
        ("effect_epoch", _NEXT_EPOCH, ()),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "",
)
async def test_what_operators_ask_is_found_by_its_index(
    index: str, sql: str, values: Sequence[object], url: str
) -> None:
    async with looking(url) as database:
        plan = "\n".join(row[0] for row in await database.fetch(f"explain {sql}", *values))
    assert index in plan
    assert not re.search(r"Seq Scan on (state|effect|redelivery)\b", plan), plan


async def test_what_was_done_is_found_among_however_many_looks(url: str) -> None:
    async with connected(url) as database:
        # What is on record stays there: so not many are made here, and the planner is told what it would find.
        for other in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
            await database.execute(f"set {other} = off")
        plan = await database.fetch(f"explain {_DONE}", 50, False)
    assert "action_done" in plan[0][0] + plan[1][0]
