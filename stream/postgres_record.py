"""A settlement written: one statement per table, and every guard checked by what it returns."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from stream.errors import Fenced, Rival, StateWentBack
from stream.record import pack_headers, pack_messages
from stream.store import EffectRow, JournalEntry, LaneMove, NewRow, RowAnswer, RowKind, Settlement


async def record_settlement(connection: Any, settlement: Settlement) -> None:
    """Write all of it inside the transaction that is open."""
    first = [entry for entry in settlement.journal if entry.attempt == 1]
    again = [entry for entry in settlement.journal if entry.attempt > 1]
    if first:
        await _enter(connection, first)
    if again:
        await _enter_again(connection, again)
    if settlement.states:
        await _save(connection, settlement)
    if settlement.new_rows:
        await _queue(connection, settlement.new_rows)
    if settlement.answers:
        await _answer(connection, settlement.answers)
    if settlement.effects:
        await _plan(connection, settlement.effects)
    await _move(connection, settlement.moves)


async def _enter(connection: Any, entries: Sequence[JournalEntry]) -> None:
    columns = _journal_columns(entries)
    if await connection.execute(_ENTER, *columns) != f"INSERT 0 {len(entries)}":
        raise Rival("a journal entry stands that the look-up did not show")


async def _enter_again(connection: Any, entries: Sequence[JournalEntry]) -> None:
    if await connection.execute(_ENTER_AGAIN, *_journal_columns(entries)) != f"UPDATE {len(entries)}":
        raise Rival("a journal entry has moved on from the attempt that was taken")


def _journal_columns(entries: Sequence[JournalEntry]) -> tuple[list[Any], ...]:
    return (
        [entry.id for entry in entries],
        [entry.hash for entry in entries],
        [entry.attempt for entry in entries],
        [entry.outcome for entry in entries],
        [entry.reason for entry in entries],
        [pack_messages(entry.messages) if entry.messages else None for entry in entries],
        [entry.subject for entry in entries],
        [entry.first_at for entry in entries],
    )


async def _save(connection: Any, settlement: Settlement) -> None:
    keys = sorted(settlement.states)
    lanes = [settlement.states[key][0] for key in keys]
    states = [settlement.states[key][1] for key in keys]
    documents = [state.document for state in states]
    await connection.execute(
        _SAVE,
        [key.kind for key in keys],
        [key.key for key in keys],
        lanes,
        [state.revision for state in states],
        [to_json(state.seen).decode() for state in states],
        [state.correlation for state in states],
        [document.due_at if document else None for document in documents],
        [to_json(document.waits_for if document else ()).decode() for document in documents],
        [document.model_dump_json() if document else None for document in documents],
    )


async def _queue(connection: Any, rows: Sequence[NewRow]) -> None:
    columns = (
        [row.id for row in rows],
        [row.lane for row in rows],
        [row.key for row in rows],
        [row.kind for row in rows],
        [row.due_at for row in rows],
        [row.attempt for row in rows],
        [row.blocks for row in rows],
        [row.record.topic for row in rows],
        [row.record.partition for row in rows],
        [row.record.offset for row in rows],
        [row.record.key for row in rows],
        [pack_headers(row.record.headers) for row in rows],
        [row.record.value for row in rows],
        [row.hash for row in rows],
        [row.reason for row in rows],
        [row.trace for row in rows],
        [row.first_at for row in rows],
    )
    queued = {row["id"] for row in await connection.fetch(_QUEUE, *columns)}
    if any(row.kind is not RowKind.MOVED and row.id not in queued for row in rows):
        raise Rival("a redelivery row stands that nothing accounts for")


async def _answer(connection: Any, answers: Sequence[RowAnswer]) -> None:
    columns = (
        [answer.id for answer in answers],
        [answer.attempt for answer in answers],
        [answer.answered_by for answer in answers],
        [answer.handled for answer in answers],
        [answer.next_attempt for answer in answers],
        [answer.due_at for answer in answers],
        [answer.blocks for answer in answers],
        [answer.reason for answer in answers],
        [answer.trace for answer in answers],
    )
    if await connection.execute(_ANSWER, *columns) != f"UPDATE {len(answers)}":
        raise Rival("a redelivery row has moved on from the attempt that was taken")


async def _plan(connection: Any, effects: Sequence[EffectRow]) -> None:
    await connection.execute(
        _PLAN,
        [effect.id for effect in effects],
        [effect.lane for effect in effects],
        [effect.subject for effect in effects],
        [effect.kind for effect in effects],
        [effect.occasion for effect in effects],
        [effect.role for effect in effects],
        [effect.epoch for effect in effects],
        [to_json(dict(effect.payload)).decode() for effect in effects],
    )


async def _move(connection: Any, moves: Sequence[LaneMove]) -> None:
    columns = (
        [move.lane for move in moves],
        [move.epoch for move in moves],
        [_json(move.before) for move in moves],
        [_json(move.after) for move in moves],
    )
    if await connection.execute(_MOVE, *columns) == f"UPDATE {len(moves)}":
        return
    rows = await connection.fetch("select lane, epoch from lane where lane = any($1::int[])", columns[0])
    epochs = {row["lane"]: row["epoch"] for row in rows}
    if any(epochs.get(move.lane) != move.epoch for move in moves):
        raise Fenced
    raise StateWentBack("a settled position in Postgres is not the one this worker wrote")


def _json(offsets: Mapping[str, int]) -> str:
    return to_json(dict(offsets)).decode()


_ENTER = """
insert into journal (id, hash, attempt, outcome, reason, events, subject, first_at)
select * from unnest(
  $1::uuid[], $2::bytea[], $3::int[], $4::text[], $5::text[], $6::bytea[], $7::text[], $8::timestamptz[])
on conflict (id) do nothing
"""
_ENTER_AGAIN = """
update journal j set hash = n.hash, attempt = n.attempt, outcome = n.outcome, reason = n.reason, events = n.events
from unnest(
  $1::uuid[], $2::bytea[], $3::int[], $4::text[], $5::text[], $6::bytea[], $7::text[], $8::timestamptz[])
  as n(id, hash, attempt, outcome, reason, events, subject, first_at)
where j.id = n.id and j.outcome = 'park' and j.attempt = n.attempt - 1
"""
_SAVE = """
insert into state (kind, key, lane, revision, seen, correlation, due_at, waits_for, document)
select kind, key, lane, revision, seen::jsonb, correlation, due_at,
  array(select jsonb_array_elements_text(waits_for::jsonb)), document::jsonb
from unnest(
  $1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::text[], $9::text[])
  as n(kind, key, lane, revision, seen, correlation, due_at, waits_for, document)
on conflict (kind, key) do update set
  lane = excluded.lane, revision = excluded.revision, seen = excluded.seen, correlation = excluded.correlation,
  due_at = excluded.due_at, waits_for = excluded.waits_for, document = excluded.document
"""
_QUEUE = """
insert into redelivery (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, record_key,
  headers, value, hash, reason, trace, first_at)
select * from unnest(
  $1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::bool[], $8::text[], $9::int[],
  $10::bigint[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::text[], $16::text[], $17::timestamptz[])
on conflict (id) do nothing returning id
"""
_ANSWER = """
update redelivery r set answered_by = n.answered_by, handled = n.handled, attempt = n.next_attempt,
  kind = case when n.handled then r.kind else 'parked' end,
  due_at = case when n.handled then r.due_at else n.due_at end,
  blocks = case when n.handled then r.blocks else n.blocks end,
  reason = case when n.handled then r.reason else n.reason end,
  trace = case when n.handled then r.trace else n.trace end
from unnest(
  $1::uuid[], $2::int[], $3::uuid[], $4::bool[], $5::int[], $6::timestamptz[], $7::bool[], $8::text[], $9::text[])
  as n(id, attempt, answered_by, handled, next_attempt, due_at, blocks, reason, trace)
where r.id = n.id and r.attempt = n.attempt and r.answered_by is null
"""
_PLAN = """
insert into effect (id, lane, subject, kind, occasion, role, epoch, payload)
select id, lane, subject, kind, occasion, role, epoch, payload::jsonb from unnest(
  $1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[])
  as n(id, lane, subject, kind, occasion, role, epoch, payload)
on conflict do nothing
"""
_MOVE = """
update lane l set settled = l.settled || n.after::jsonb
from unnest($1::int[], $2::bigint[], $3::text[], $4::text[]) as n(lane, epoch, before, after)
where l.lane = n.lane and l.epoch = n.epoch and l.settled @> n.before::jsonb
"""
