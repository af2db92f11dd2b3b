"""The store on Postgres: one connection, plain SQL, one statement per table and batch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from stream.document import Document, DocumentKey
from stream.errors import Fenced
from stream.identity import WAKE_UP_ID_SQL
from stream.postgres_record import record_settlement
from stream.postgres_session import Session
from stream.record import Record, TopicLane, pack_headers, unpack_headers, unpack_messages
from stream.store import (
    TICK_ROWS_MAX,
    WAKE_UP_TOPIC,
    Held,
    OutcomeKind,
    Reading,
    Recorded,
    Row,
    RowAnswer,
    RowKind,
    Settlement,
    StateRow,
    UnpublishedRow,
)


class PostgresStore:
    """One service's schema: a `Store`. Connects anew at the next call after an outage."""

    def __init__(self, url: str, kinds: Mapping[str, type[Document]], release: str = "") -> None:
        self._kinds = kinds
        self._session = Session(url, release)

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        """Raise the epochs; waits for a predecessor's transaction under way."""
        rows = await self._session.fetch(_TAKE_OVER, sorted(lanes))
        return {row["lane"]: Held(row["epoch"], from_json(row["settled"])) for row in rows}

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        places = sorted(positions)
        lanes = [place.lane for place in places]
        values = [to_json({place.topic: positions[place]}).decode() for place in places]
        for lane, value in zip(lanes, values, strict=True):
            if not await self._session.fetch(_BEGIN_AT, lane, epochs[lane], value):
                raise Fenced

    async def unpublished(self, lanes: Collection[int]) -> Sequence[UnpublishedRow]:
        rows = await self._session.fetch(_UNPUBLISHED, sorted(lanes))
        return [
            UnpublishedRow(row["id"], row["attempt"], row["handled"], unpack_messages(row["events"])) for row in rows
        ]

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        """Heads of keys by due time, then what follows each head without a gap."""
        heads = await self._session.fetch(_DUE_HEADS, sorted(lanes), now, limit)
        blocking = [head for head in heads if head["blocks"]]
        if not blocking or len(heads) >= limit:
            return [_row(head) for head in heads]
        keys = [head["key"] for head in blocking]
        seqs = [head["seq"] for head in blocking]
        followers = await self._session.fetch(_DUE_FOLLOWERS, keys, seqs, now, limit - len(heads))
        return [_row(row) for row in (*heads, *followers)]

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        values = (sorted(lanes), now, WAKE_UP_TOPIC, pack_headers(()), TICK_ROWS_MAX)
        return len(await self._session.fetch(_TICK, *values))

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        """One statement: its parts are told apart by the first column."""
        kinds = [key.kind for key in documents]
        names = [key.key for key in documents]
        rows = await self._session.fetch(_READ, list(ids), list(keys), list(taken), kinds, names)
        recorded = {row["id"]: _recorded(row) for row in rows if row["part"] == "recorded"}
        blocked = {row["key"]: row["seq"] for row in rows if row["part"] == "blocked"}
        states = {DocumentKey(row["kind"], row["key"]): self._state(row) for row in rows if row["part"] == "state"}
        pruned = next((row["up_to"] for row in rows if row["part"] == "pruned"), None)
        return Reading(recorded, blocked, states, pruned)

    def _state(self, row: Any) -> StateRow:
        text = row["document"]
        seen = from_json(row["seen"])
        try:
            document = None if text is None else self._kinds[row["kind"]].model_validate_json(text)
        except ValidationError:
            return StateRow(None, row["revision"], seen, row["correlation"], unreadable=True)
        return StateRow(document, row["revision"], seen, row["correlation"])

    async def settle(self, settlement: Settlement) -> None:
        """One call of the database's own function."""
        async with self._session.connected() as connection:
            await record_settlement(connection, settlement)

    async def forget(self, rows: Sequence[RowAnswer | UnpublishedRow]) -> None:
        columns = ([row.row_id for row in rows], [row.next_attempt for row in rows], [row.handled for row in rows])
        await self._session.fetch(_FORGET, *columns)

    async def brake(self, release: str) -> str | None:
        rows = await self._session.fetch("select reason from brake where release = $1 and released_at is null", release)
        return str(rows[0]["reason"]) if rows else None

    async def paused(self) -> bool:
        return bool(await self._session.fetch("select from pause"))

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        """On the only connection: nothing of the batch that pulled it has been written."""
        await self._session.fetch(_PULL_BRAKE, release, now, reason)

    async def close(self) -> None:
        await self._session.close()


def _recorded(row: Any) -> Recorded:
    messages = unpack_messages(row["events"])
    return Recorded(row["hash"], row["attempt"], OutcomeKind(row["outcome"]), messages, row["reason"])


def _row(row: Any) -> Row:
    headers = unpack_headers(row["headers"])
    place = (row["topic"], row["partition"], row["log_offset"])
    record = Record(*place, row["record_key"], row["value"], headers)
    return Row(
        id=row["id"],
        lane=row["lane"],
        key=row["key"],
        kind=RowKind(row["kind"]),
        attempt=row["attempt"],
        record=record,
        hash=row["hash"],
        first_at=row["first_at"],
        due_at=row["due_at"],
        blocks=row["blocks"],
        reason=row["reason"],
        trace=row["trace"],
        effect_epoch=row["epoch"],
        seq=row["seq"],
    )


_TAKE_OVER = """
insert into lane (lane, epoch) select unnest($1::int[]), 1
on conflict (lane) do update set epoch = lane.epoch + 1
returning lane, epoch, settled
"""
_BEGIN_AT = "update lane set settled = settled || $3::jsonb where lane = $1 and epoch = $2 returning lane"
_UNPUBLISHED = """
select r.id, r.attempt, r.handled, j.events from redelivery r left join journal j on j.id = r.answered_by
where r.lane = any($1::int[]) and r.answered_by is not null order by r.seq
"""
# Lane by lane, so that the index gives the order; for all lanes at once, Postgres would read and sort all due rows.
# The first row that blocks a key is looked up by the key alone, so that the planner can memoize the answer for all rows
# of that key: thousands can be due behind a parked one. With `limit 1`, as it does not memoize `min` or `exists`.
_DUE_HEADS = """
select r.* from unnest($1::int[]) held (lane) cross join lateral (
  select r.* from redelivery r left join lateral (
    select b.seq from redelivery b where b.key = r.key and b.blocks and not b.handled order by b.seq limit 1
  ) first on true
  where r.lane = held.lane and r.due_at <= $2 and r.answered_by is null and (first.seq is null or r.seq <= first.seq)
  order by r.due_at, r.seq limit $3
) r
order by r.due_at, r.seq limit $3
"""
# A gap in a key's rows is looked for once for each key; once for each row would take quadratic time.
_DUE_FOLLOWERS = """
select r.* from unnest($1::text[], $2::bigint[]) h(key, seq) cross join lateral (
  select min(b.seq) as seq from redelivery b where b.key = h.key and b.seq > h.seq and b.blocks and not b.handled
    and (b.due_at is null or b.due_at > $3 or b.answered_by is not null)
) gap cross join lateral (
  select * from redelivery r where r.key = h.key and r.seq > h.seq and r.blocks and not r.handled
    and (gap.seq is null or r.seq < gap.seq) order by r.seq limit $4
) r
order by r.key, r.seq limit $4
"""
# Scalar subqueries tell what was queued or answered already: for a join, the planner may read the whole journal.
# A wake-up's id has the revisions of the gate and of the document, which counts its events: so a document that has said
# since that it waits is woken anew, however long the gate has been open.
# `offset 0` keeps the planner from reading all gates for the few that are waited for.
_TICK = f"""
with wake_up as (
  select s.lane, s.key, s.due_at as since, json_build_object('kind', s.kind, 'key', s.key, 'at', s.due_at)::text as said
  from state s where s.lane = any($1::int[]) and s.due_at <= $2
  union all
  select s.lane, s.key, $2, json_build_object(
    'kind', s.kind, 'key', s.key, 'gate', g.key, 'revision', g.revision, 'waiting', s.revision)::text
  from state s cross join lateral unnest(s.waits_for) as awaited (key) cross join lateral (
    select key, revision from state
    where kind = 'gate' and key = awaited.key and document -> 'open' = 'true' offset 0
  ) g
  where s.lane = any($1::int[]) and s.waits_for <> '{{}}'
), tick as (
  select {WAKE_UP_ID_SQL} as id, * from wake_up
)
insert into redelivery
  (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, headers, value, hash, reason, first_at)
select id, lane, key, 'tick', $2, 0, true, $3, lane, 0, $4, convert_to(said, 'UTF8'), '\\x', 'TICK', $2 from tick t
where (select true from journal j where j.id = t.id) is null
  and (select true from redelivery r where r.id = t.id) is null
order by since, lane, key collate "C", said collate "C" limit $5
on conflict (id) do nothing returning id
"""  # noqa: S608  constants
# One snapshot for all: pruning commits how far it goes before it deletes anything.
_READ = """
select 'recorded' as part, id, hash, attempt, outcome, reason, events,
  null as kind, null as key, null::bigint as seq, null::int as revision, null as seen, null as correlation,
  null as document, null::timestamptz as up_to
from journal where id = any($1::uuid[])
union all
select 'blocked', null, null, null, null, null, null, null, key, min(seq), null, null, null, null, null
from redelivery where key = any($2::text[]) and blocks and not handled and id <> all($3::uuid[]) group by key
union all
select 'state', null, null, null, null, null, null, kind, key, null, revision, seen::text, correlation, document::text,
  null
from state join unnest($4::text[], $5::text[]) as asked (kind, key) using (kind, key)
union all
select 'pruned', null, null, null, null, null, null, null, null, null, null, null, null, null, up_to from pruned
"""
_FORGET = """
with published as (
  select * from unnest($1::uuid[], $2::int[], $3::bool[]) as t(id, attempt, handled)
), gone as (
  delete from redelivery r using published p
  where r.id = p.id and r.attempt = p.attempt and r.handled and p.handled returning r.id
)
update redelivery r set answered_by = null from published p
where r.id = p.id and r.attempt = p.attempt and not r.handled and not p.handled
"""
_PULL_BRAKE = """
insert into brake (release, pulled_at, reason) values ($1, $2, $3)
on conflict (release) do update set pulled_at = $2, reason = $3 where brake.released_at is null
"""
