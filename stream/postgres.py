"""The store on Postgres: one connection, plain SQL, one statement per table and batch."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic_core import from_json, to_json

from stream.document import Document, DocumentKey
from stream.errors import Deadlocked, Fenced, Refused, StoreUnavailable, StreamError
from stream.identity import tick_id
from stream.postgres_record import record_settlement
from stream.record import Record, TopicLane, pack_headers, unpack_headers, unpack_messages
from stream.store import (
    TICK_ROWS_MAX,
    TICK_TOPIC,
    AnsweredRow,
    Held,
    OutcomeKind,
    Recorded,
    Row,
    RowAnswer,
    RowKind,
    Settlement,
    StateRow,
    Transaction,
)

CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 15
SESSION = {
    "plan_cache_mode": "force_custom_plan",
    "lock_timeout": "8s",
    "statement_timeout": "12s",
    "idle_in_transaction_session_timeout": "5s",
    "jit": "off",
}

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.UndefinedTableError,
    asyncpg.InvalidCatalogNameError,
    OSError,
    TimeoutError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Postgres's errors in the runtime's words. No text of the database gets through: it can hold values."""
    try:
        yield
    except StreamError:
        raise
    except asyncpg.TransactionRollbackError as error:
        raise Deadlocked(type(error).__name__) from None
    except _GONE as error:
        raise StoreUnavailable(type(error).__name__) from None
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        raise Refused(f"DATABASE_REFUSED_{error.sqlstate}") from None


class PostgresStore:
    """One service's schema. Reconnects by itself at the next call after an error."""

    def __init__(self, url: str, kinds: Mapping[str, type[Document]]) -> None:
        self._url = url
        self._kinds = kinds
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url, timeout=CONNECT_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S, server_settings=SESSION
            )
        return self._connection

    async def _fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        with translated():
            connection = await self._connected()
            return await connection.fetch(sql, *values)

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        """Raise the epochs; waits for a predecessor's transaction under way."""
        rows = await self._fetch(_TAKE_OVER, sorted(lanes))
        return {row["lane"]: Held(row["epoch"], from_json(row["settled"])) for row in rows}

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        """Note where topics begin that were never read."""
        places = sorted(positions)
        lanes = [place.lane for place in places]
        values = [to_json({place.topic: positions[place]}).decode() for place in places]
        for lane, value in zip(lanes, values, strict=True):
            if not await self._fetch(_BEGIN_AT, lane, epochs[lane], value):
                raise Fenced

    async def answered(self, lanes: Collection[int]) -> Sequence[AnsweredRow]:
        """Rows with an outcome not known to be published."""
        rows = await self._fetch(_ANSWERED, sorted(lanes))
        return [AnsweredRow(row["id"], row["attempt"], unpack_messages(row["events"])) for row in rows]

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        """Heads of keys by due time, then what follows each head without a gap."""
        heads = await self._fetch(_DUE_HEADS, sorted(lanes), now, limit)
        if not heads or len(heads) >= limit:
            return [_row(head) for head in heads]
        keys = [head["key"] for head in heads]
        seqs = [head["seq"] for head in heads]
        followers = await self._fetch(_DUE_FOLLOWERS, keys, seqs, now, limit - len(heads))
        return [_row(row) for row in (*heads, *followers)]

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        """Queue what is due and what may go on."""
        rows = await self._fetch(_WAKE_UPS, sorted(lanes), now, TICK_ROWS_MAX)
        if not rows:
            return 0
        ids = [tick_id(row["kind"], row["key"], row["why"]) for row in rows]
        values = [_tick_value(row) for row in rows]
        columns = (ids, [row["lane"] for row in rows], [row["key"] for row in rows], values)
        queued = await self._fetch(_QUEUE_TICKS, *columns, TICK_TOPIC, pack_headers(()), now)
        return len(queued)

    async def look_up(self, ids: Collection[UUID]) -> Mapping[UUID, Recorded]:
        """What the journal says."""
        rows = await self._fetch(_LOOK_UP, list(ids))
        return {row["id"]: _recorded(row) for row in rows}

    async def blocked(self, keys: Collection[str], taken: Collection[UUID]) -> Mapping[str, int]:
        """Keys with an unhandled row that is not taken now."""
        rows = await self._fetch(_BLOCKED, list(keys), list(taken))
        return {row["key"]: row["seq"] for row in rows}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One settlement."""
        with translated():
            connection = await self._connected()
            async with connection.transaction():
                yield _PostgresTransaction(connection, self._kinds)

    async def forget(self, rows: Sequence[RowAnswer | AnsweredRow]) -> None:
        """Delete what is handled, free what was parked again."""
        ids = [row.id for row in rows]
        await self._fetch(_FORGET, ids)

    async def brake(self, release: str) -> str | None:
        """Why this release is stopped, if it is."""
        rows = await self._fetch("select reason from brake where release = $1 and released_at is null", release)
        return str(rows[0]["reason"]) if rows else None

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        """On a connection of its own: the settlement under way is rolled back."""
        with translated():
            connection = await asyncpg.connect(self._url, timeout=CONNECT_TIMEOUT_S)
            try:
                await connection.execute(_PULL_BRAKE, release, now, reason)
            finally:
                await connection.close()

    async def close(self) -> None:
        """Close the connection, at once when it does not answer."""
        if self._connection is not None:
            with translated():
                await self._connection.close(timeout=1)


class _PostgresTransaction:
    def __init__(self, connection: Any, kinds: Mapping[str, type[Document]]) -> None:
        self._connection = connection
        self._kinds = kinds

    async def load(
        self, own: Collection[DocumentKey], shared: Collection[DocumentKey]
    ) -> Mapping[DocumentKey, StateRow]:
        if shared:
            names = sorted(shared)
            columns = ([key.kind for key in names], [key.key for key in names])
            await self._connection.execute(_CREATE, *columns)
            await self._connection.execute(_LOCK, *columns)
        names = [*own, *shared]
        rows = await self._connection.fetch(_LOAD, [key.kind for key in names], [key.key for key in names])
        return {DocumentKey(row["kind"], row["key"]): self._state(row) for row in rows}

    def _state(self, row: Mapping[str, Any]) -> StateRow:
        text = row["document"]
        document = None if text is None else self._kinds[row["kind"]].model_validate_json(text)
        return StateRow(document, row["revision"], from_json(row["seen"]), row["correlation"])

    async def record(self, settlement: Settlement) -> None:
        await record_settlement(self._connection, settlement)


def _recorded(row: Any) -> Recorded:
    return Recorded(row["hash"], row["attempt"], OutcomeKind(row["outcome"]), unpack_messages(row["events"]))


def _row(row: Any) -> Row:
    headers = unpack_headers(row["headers"])
    place = (row["topic"], row["partition"], row["log_offset"])
    record = Record(*place, row["record_key"], row["value"], headers)
    kind = RowKind(row["kind"])
    return Row(
        row["id"], row["lane"], row["key"], row["seq"], kind, row["attempt"], record, row["hash"], row["first_at"]
    )


def _tick_value(row: Any) -> bytes:
    why = {"gate": row["gate"]} if row["gate"] is not None else {"at": row["due_at"].isoformat()}
    return to_json({"kind": row["kind"], "key": row["key"], **why})


_TAKE_OVER = """
insert into lane (lane, epoch) select unnest($1::int[]), 1
on conflict (lane) do update set epoch = lane.epoch + 1
returning lane, epoch, settled
"""
_BEGIN_AT = "update lane set settled = settled || $3::jsonb where lane = $1 and epoch = $2 returning lane"
_ANSWERED = """
select r.id, r.attempt, j.events from redelivery r join journal j on j.id = r.answered_by
where r.lane = any($1::int[]) and r.answered_by is not null order by r.seq
"""
_DUE_HEADS = """
select r.* from redelivery r
where r.lane = any($1::int[]) and r.due_at <= $2 and r.answered_by is null
  and not exists (
    select from redelivery b where b.key = r.key and b.seq < r.seq and b.blocks and not b.handled and r.blocks
  )
order by r.due_at, r.seq limit $3
"""
_DUE_FOLLOWERS = """
select r.* from unnest($1::text[], $2::bigint[]) h(key, seq)
join redelivery r on r.key = h.key and r.seq > h.seq
where r.blocks and not r.handled and r.answered_by is null and r.due_at <= $3
  and not exists (
    select from redelivery b where b.key = r.key and b.seq > h.seq and b.seq < r.seq and b.blocks and not b.handled
      and (b.due_at is null or b.due_at > $3 or b.answered_by is not null)
  )
order by r.key, r.seq limit $4
"""
_WAKE_UPS = """
(
  select s.kind, s.key, s.lane, s.due_at, null as gate, s.due_at::text as why from state s
  where s.lane = any($1::int[]) and s.due_at <= $2
  order by s.due_at limit $3
) union all (
  select s.kind, s.key, s.lane, null, g.key, g.key || '/' || g.revision from state s
  join lateral (
    select g.key, g.revision from state g
    where g.kind = 'gate' and g.key = any(s.waits_for) and (g.document ->> 'open')::boolean limit 1
  ) g on true
  where s.lane = any($1::int[]) and s.waits_for <> '{}'
  limit $3
)
"""
_QUEUE_TICKS = """
insert into redelivery
  (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, headers, value, hash, reason, first_at)
select t.id, t.lane, t.key, 'tick', $7, 0, true, $5, t.lane, 0, $6, t.value, '\\x', 'TICK', $7
from unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[]) as t(id, lane, key, value)
where not exists (select from journal j where j.id = t.id)
on conflict (id) do nothing returning id
"""
_LOOK_UP = "select id, hash, attempt, outcome, events from journal where id = any($1::uuid[])"
_BLOCKED = """
select key, min(seq) as seq from redelivery
where key = any($1::text[]) and blocks and not handled and id <> all($2::uuid[])
group by key
"""
_FORGET = """
with gone as (delete from redelivery where id = any($1::uuid[]) and handled returning id)
update redelivery set answered_by = null where id = any($1::uuid[]) and not handled
"""
_PULL_BRAKE = """
insert into brake (release, pulled_at, reason) values ($1, $2, $3)
on conflict (release) do update set pulled_at = $2, reason = $3, released_at = null
"""
_CREATE = """
insert into state (kind, key, lane) select kind, key, -1 from unnest($1::text[], $2::text[]) as t(kind, key)
on conflict (kind, key) do nothing
"""
_LOCK = """
select from state s join unnest($1::text[], $2::text[]) as t(kind, key) using (kind, key)
order by s.kind, s.key for update of s
"""
_LOAD = """
select kind, key, revision, seen, correlation, document from state
join unnest($1::text[], $2::text[]) as t(kind, key) using (kind, key)
"""
