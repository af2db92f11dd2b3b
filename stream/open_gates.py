"""Gates opened from beside the worker, by whoever loads what a service's documents wait for."""

from collections.abc import Iterable
from typing import Any

from stream.document import Gate


async def open_gates(connection: Any, gates: Iterable[str]) -> None:
    """Open these, in the schema of asyncpg's `connection`; whoever waits for one wakes, also when it was open."""
    # In one order, so that two loaders wait for each other instead of ending in a deadlock.
    await connection.execute(_OPEN, sorted(set(gates)), Gate(open=True).model_dump_json())


_OPEN = """
insert into state (kind, key, lane, revision, document)
select 'gate', opened, -1, 1, $2::jsonb from unnest($1::text[]) with ordinality as gates (opened, place) order by place
on conflict (kind, key) do update set revision = state.revision + 1, document = excluded.document
"""
