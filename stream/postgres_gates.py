"""Opens gates and wakes documents from beside the worker: for imports of awaited data, and for operators."""

from collections.abc import Iterable
from datetime import timedelta

from stream.document import DocumentKey, Gate
from stream.identity import WAKE_UP_ID_SQL
from stream.postgres_session import Connection
from stream.store import WAKE_UP_TOPIC


async def open_gates(connection: Connection, gates: Iterable[str]) -> None:
    """Open these, in the schema of asyncpg's `connection`; whoever waits for one wakes, even if it was open."""
    # In one order, so that two loaders wait for each other instead of ending in a deadlock.
    await connection.execute(_OPEN, sorted(set(gates)), Gate(open=True).to_json())


async def wake(
    connection: Connection, waking: DocumentKey, text: str, cause: str, *, after: timedelta = timedelta()
) -> None:
    """Wake this document and tell it the text; once for each `cause` (any id)."""
    await connection.execute(_WAKE, waking.kind, waking.key, text, cause, WAKE_UP_TOPIC, after)


_OPEN = """
insert into state (kind, key, lane, revision, document)
select 'gate', opened, -1, 1, $2::jsonb from unnest($1::text[]) with ordinality as gates (opened, place) order by place
on conflict (kind, key) do update set revision = state.revision + 1, document = excluded.document
"""
# The text is what stream/decode.py reads as a Told.
_WAKE = f"""
with said as (
  select s.lane, s.key, json_build_object('kind', s.kind, 'key', s.key, 'gate', $3::text, 'by', $4::text)::text as said
  from state s where s.kind = $1 and s.key = $2
)
insert into redelivery
  (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, headers, value, hash, reason, first_at)
select {WAKE_UP_ID_SQL},
  lane, key, 'tick', now() + $6::interval, 0, true, $5, lane, 0, '[]', convert_to(said, 'UTF8'), '', 'TICK', now()
from said on conflict (id) do nothing
"""  # noqa: S608  constants
