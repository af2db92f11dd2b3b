"""A settlement as the columns of the database's own function `settle`, which writes all of it or none."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from stream.postgres_session import Connection
from stream.record import Message, pack_headers, pack_messages
from stream.store import EffectRow, JournalEntry, LaneMove, Row, RowAnswer, Settlement

Columns = Sequence[Sequence[Any] | None]


async def record_settlement(connection: Connection, settlement: Settlement) -> None:
    """Write it, as a transaction of its own."""
    first = [entry for entry in settlement.journal if entry.attempt == 1]
    again = [entry for entry in settlement.journal if entry.attempt > 1]
    await connection.execute(
        _SETTLE,
        *(_first(first) if first else (None,) * 7),
        *(_again(again) if again else (None,) * 6),
        *(_states(settlement) if settlement.states else (None,) * 9),
        *(row_columns(settlement.new_rows) if settlement.new_rows else (None,) * 17),
        *(_answers(settlement.answers) if settlement.answers else (None,) * 9),
        *(_effects(settlement.effects) if settlement.effects else (None,) * 8),
        *_moves(settlement.moves),
        *(_shared(settlement) if settlement.shared else (None,) * 3),
    )


def _first(entries: Sequence[JournalEntry]) -> Columns:
    ids, hashes, _, outcomes, reasons, messages, subjects, first_at = zip(*entries, strict=True)
    return ids, hashes, outcomes, reasons, _packed(messages), subjects, first_at


def _again(entries: Sequence[JournalEntry]) -> Columns:
    ids, hashes, attempts, outcomes, reasons, messages, _, _ = zip(*entries, strict=True)
    return ids, hashes, attempts, outcomes, reasons, _packed(messages)


def _packed(messages: Sequence[Sequence[Message]]) -> list[bytes | None]:
    return [pack_messages(said) if said else None for said in messages]


def _states(settlement: Settlement) -> Columns:
    keys = sorted(settlement.states)
    lanes = [settlement.states[key][0] for key in keys]
    states = [settlement.states[key][1] for key in keys]
    documents = [state.document for state in states]
    return (
        [key.kind for key in keys],
        [key.key for key in keys],
        lanes,
        [state.revision for state in states],
        [_json(dict(state.seen)) if state.seen else "{}" for state in states],
        [state.correlation for state in states],
        [document.due_at if document else None for document in documents],
        [_json(document.waits_for) if document and document.waits_for else "[]" for document in documents],
        [document.to_json() if document else None for document in documents],
    )


def row_columns(rows: Sequence[Row]) -> Columns:
    """New rows of the queue as the database takes them, a list for each column."""
    return (
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


def _answers(answers: Sequence[RowAnswer]) -> Columns:
    return (
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


def _effects(effects: Sequence[EffectRow]) -> Columns:
    *columns, payloads = zip(*effects, strict=True)
    return (*columns, [_json(dict(payload)) for payload in payloads])


def _moves(moves: Sequence[LaneMove]) -> Columns:
    return (
        [move.lane for move in moves],
        [move.epoch for move in moves],
        [_json(dict(move.before)) for move in moves],
        [_json(dict(move.after)) for move in moves],
    )


def _shared(settlement: Settlement) -> Columns:
    keys = sorted(settlement.shared)
    return [key.kind for key in keys], [key.key for key in keys], [settlement.shared[key] for key in keys]


def _json(value: object) -> str:
    return to_json(value).decode()


_SETTLE = f"select settle({', '.join(f'${number}' for number in range(1, 64))})"
