"""Settlements in few words: what a test does not name is as plain as can be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from stream.document import Document, DocumentKey
from stream.record import Message, Record
from stream.store import (
    EffectRow,
    JournalEntry,
    OutcomeKind,
    Recorded,
    Row,
    RowAnswer,
    RowKind,
    Settlement,
    StateRow,
    Store,
)

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HASH = b"0123456789abcdef"


def id_of(number: int) -> UUID:
    return UUID(int=number)


def said(number: int, revision: int = 1) -> Message:
    headers = (("ce_id", str(number).encode()), ("empty", b""))
    return Message("answers", 3, f"key {number}", revision, headers, f'{{"é": {number}}}'.encode())


def entry(number: int, **fields: Any) -> JournalEntry:
    plain = JournalEntry(
        id=id_of(number), hash=HASH, attempt=1, outcome=OutcomeKind.EMIT, reason=None,
        messages=(said(number),), subject=f"key {number}", first_at=NOW,
    )  # fmt: skip
    return plain._replace(**fields)


def parked(number: int, **fields: Any) -> JournalEntry:
    return entry(number, **({"outcome": OutcomeKind.PARK, "reason": "WAITS", "messages": ()} | fields))


def record(offset: int = 7) -> Record:
    return Record("forms", 3, offset, None, b"\x00\xff", (("twice", b"\xff\x00"), ("twice", None)))


def row(number: int, key: str, **fields: Any) -> Row:
    plain = Row(
        id=id_of(number), lane=3, key=key, kind=RowKind.PARKED, due_at=NOW, attempt=1,
        blocks=True, record=record(number), hash=HASH, reason="WAITS", trace=None, first_at=NOW,
    )  # fmt: skip
    return replace(plain, **fields)


def handled(number: int, attempt: int = 1) -> RowAnswer:
    return RowAnswer(id_of(number), attempt, id_of(number), handled=True, next_attempt=attempt)


def parked_again(number: int, attempt: int = 1, *, due_at: datetime) -> RowAnswer:
    return RowAnswer(
        id=id_of(number), attempt=attempt, answered_by=id_of(number), handled=False,
        next_attempt=attempt + 1, due_at=due_at, reason="AGAIN", trace="a line",
    )  # fmt: skip


def effect(number: int, **fields: Any) -> EffectRow:
    plain = EffectRow(
        id=id_of(number), lane=3, subject="a key", kind="mail", occasion=str(number),
        role="applicant", effect_epoch=0, payload={"name": "Zoë"},
    )  # fmt: skip
    return plain._replace(**fields)


def states(lane: int = 3, /, **documents: Document | None) -> dict[DocumentKey, tuple[int, StateRow]]:
    """Documents of the kind `case` unless they say another, by key."""
    kinds = {key: document.kind if document else "case" for key, document in documents.items()}
    return {DocumentKey(kinds[key], key): (lane, StateRow(document)) for key, document in documents.items()}


def settlement(**fields: Any) -> Settlement:
    plain: dict[str, Any] = {"journal": (), "states": {}, "new_rows": (), "answers": (), "effects": (), "moves": ()}
    return Settlement(**(plain | fields))


async def settle(store: Store, **fields: Any) -> None:
    await store.settle(settlement(**fields))


async def blocked(store: Store, keys: Collection[str], taken: Collection[UUID] = ()) -> Mapping[str, int]:
    return (await store.read(keys=keys, taken=taken)).blocked


async def queue(store: Store, *rows: Row) -> None:
    """Put parked records into the queue, each with its journal entry."""
    entries = [parked(new.id.int, attempt=new.attempt) for new in rows if new.attempt == 1]
    await settle(store, journal=entries, new_rows=rows)


async def due(store: Store, now: datetime = NOW, limit: int = 250, lanes: Sequence[int] = (3,)) -> list[int]:
    return [found.id.int for found in await store.due(lanes, now, limit)]


async def recorded_by(store: Store, ids: Collection[UUID]) -> Mapping[UUID, Recorded]:
    """What the journal holds under these ids."""
    return (await store.read(ids)).recorded
