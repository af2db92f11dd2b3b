"""Puts rows of a replay into one service's queue, by an operator's command and inside its transaction."""

from collections.abc import Sequence

from stream.postgres_record import row_columns
from stream.postgres_session import Connection
from stream.store import Row


async def queue_replays(connection: Connection, schema: str, rows: Sequence[Row]) -> int:
    """Put these rows into the queue of this schema, in this order; return how many were put.

    Rows that are there already are left out, and so are those of a key that a parked record blocks: behind it they
    would wait for a human, who has to deal with the parked record first.
    """
    found = await connection.fetch(_QUEUE.format(schema=schema), *row_columns(rows), [row.effect_epoch for row in rows])
    return len(found)


# The schema is a service's name, never a value.
# Ordered, as the planner may otherwise insert the rows in the order in which it looks for parked ones.
_QUEUE = """
insert into {schema}.redelivery (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, record_key,
  headers, value, hash, reason, trace, first_at, epoch)
select n.id, n.lane, n.key, n.kind, n.due_at, n.attempt, n.blocks, n.topic, n.partition, n.log_offset, n.record_key,
  n.headers, n.value, n.hash, n.reason, n.trace, n.first_at, n.epoch
from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::bool[],
  $8::text[], $9::int[], $10::bigint[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::text[],
  $16::text[], $17::timestamptz[], $18::int[]) with ordinality as n(id, lane, key, kind, due_at, attempt, blocks, topic,
  partition, log_offset, record_key, headers, value, hash, reason, trace, first_at, epoch, place)
where not exists (
  select from {schema}.redelivery p where p.key = n.key and p.blocks and not p.handled and p.kind = 'parked'
)
order by n.place
on conflict (id) do nothing returning id
"""
