"""What one service keeps, in memory: Postgres's tables as dictionaries of values that never change.

A row is replaced, never mutated, so that a copy of the dictionaries is a snapshot of everything.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from pydantic_core import to_json

from stream.document import Document, DocumentKey, Gate
from stream.identity import wake_up_id
from stream.record import Message, Record
from stream.store import TICK_ROWS_MAX, WAKE_UP_TOPIC, EffectRow, Held, JournalEntry, Row, RowKind, StateRow


@dataclass(slots=True)
class Tables:
    """All of it. `rows` are in order of seq, which counts up for ever; states stand with their lane.

    A brake's reason is None once an operator has let its release go on.
    """

    lanes: dict[int, Held] = field(default_factory=dict)
    journal: dict[UUID, JournalEntry] = field(default_factory=dict)
    states: dict[DocumentKey, tuple[int, StateRow]] = field(default_factory=dict)
    rows: dict[UUID, Row] = field(default_factory=dict)
    effects: dict[UUID, EffectRow] = field(default_factory=dict)
    brakes: dict[str, str | None] = field(default_factory=dict)
    paused: bool = False
    last_seq: int = 0
    pruned_up_to: datetime | None = None

    def copy(self) -> "Tables":
        """What stands now, whatever is written later."""
        return Tables(
            dict(self.lanes), dict(self.journal), dict(self.states), dict(self.rows),
            dict(self.effects), dict(self.brakes), self.paused, self.last_seq, self.pruned_up_to,
        )  # fmt: skip

    def queued(self, new: Row) -> Row:
        """A row as it stands in the queue from now on."""
        self.last_seq += 1
        return replace(new, seq=self.last_seq)

    def queue_replays(self, rows: Sequence[Row]) -> int:
        """Put these rows into the queue, but those that stand there or are held up by a parked one; how many."""
        held_up = {
            row.key for row in self.rows.values() if row.kind is RowKind.PARKED and row.blocks and not row.handled
        }
        fresh = {new.id: new for new in rows if new.id not in self.rows and new.key not in held_up}
        self.rows |= {id_: self.queued(new) for id_, new in fresh.items()}
        return len(fresh)

    def pause(self) -> None:
        """What an operator's command does: whoever holds a lane is fenced, and nobody may go on."""
        self.paused = True
        self.lanes = {lane: Held(held.epoch + 1, held.settled) for lane, held in self.lanes.items()}

    def prune(self, before: datetime) -> int:
        """What an operator's command removes of the journal; how many entries (postgres_prune.py says which)."""
        self.pruned_up_to = max(before, self.pruned_up_to or before)
        kept = {row.answered_by for row in self.rows.values()} | self.rows.keys()
        waiting = {name.key for name, (_, state) in self.states.items() if _waits(state.document)}
        gone = [
            entry.id
            for entry in self.journal.values()
            if entry.first_at < before and entry.attempt == 1
            if entry.id not in kept and entry.subject not in waiting
        ]
        for id_ in gone:
            del self.journal[id_]
        return len(gone)

    def messages_of(self, entry: UUID) -> tuple[Message, ...]:
        """The events that this entry holds to be published."""
        return self.journal[entry].messages if entry in self.journal else ()

    def rename(self, gone: Collection[UUID]) -> None:
        """Let go of the old names of rows that now stand under others; every row keeps its place."""
        if gone:
            rows = sorted(self.rows.values(), key=lambda row: row.seq)
            self.rows = {row.id: row for row in rows if row.id not in gone}

    def due(self, lanes: Collection[int], now: datetime, limit: int) -> list[Row]:
        """Rows that no earlier row of their key holds up, by due time; then those that follow these without a gap."""
        heads: list[Row] = []
        followers: list[Row] = []
        goes_on: dict[str, bool] = {}
        for row in self.rows.values():
            if row.handled or goes_on.get(row.key) is False:
                continue
            takeable = _is_takeable(row, lanes, now)
            if takeable and row.key not in goes_on:
                heads.append(row)
            elif takeable and row.blocks:
                followers.append(row)
            if row.blocks:
                goes_on[row.key] = takeable
        heads.sort(key=lambda head: (head.due_at, head.seq))
        followers.sort(key=lambda follower: (follower.key, follower.seq))
        return [*heads[:limit], *followers][:limit]

    def blocked(self, keys: Collection[str], taken: Collection[UUID]) -> dict[str, int]:
        """The keys with a blocking, unhandled row that is not among those taken, and the lowest seq of such rows."""
        lowest: dict[str, int] = {}
        for row in self.rows.values():
            if row.blocks and not row.handled and row.key in keys and row.id not in taken:
                lowest.setdefault(row.key, row.seq)
        return lowest

    def tick(self, lanes: Collection[int], now: datetime) -> int:
        """Queue the wake-ups that were neither queued nor answered yet, the oldest first."""
        queued = 0
        for row_id, lane, key, value in islice(self.wake_ups(lanes, now), TICK_ROWS_MAX):
            self._queue_wake_up(row_id, lane, key, value, now)
            queued += 1
        return queued

    def _queue_wake_up(self, row_id: UUID, lane: int, key: str, value: bytes, now: datetime) -> None:
        row = _wake_up(row_id, lane, key, value, now)
        self.rows[row_id] = self.queued(replace(row, due_at=now, reason="TICK"))

    def wake_ups(self, lanes: Collection[int], now: datetime) -> Iterator[tuple[UUID, int, str, bytes]]:
        """What `tick` queues: the row's id, lane, key and value."""
        for _, lane, key, value in sorted(self._awake(lanes, now)):
            row_id = wake_up_id(value)
            if row_id not in self.journal and row_id not in self.rows:
                yield row_id, lane, key, value

    def open(self, gate: str) -> None:
        """Open a gate, also when it was open: what postgres_gates.py does in Postgres."""
        key = DocumentKey(Gate.kind, gate)
        _, before = self.states.get(key, (-1, StateRow()))
        self.states[key] = (-1, StateRow(Gate(open=True), before.revision + 1))

    def wake(self, waking: DocumentKey, text: str, cause: str, now: datetime) -> None:
        """Queue that this document wakes and is told the text: what postgres_gates.py does in Postgres."""
        if waking in self.states:
            lane, _ = self.states[waking]
            value = to_json({"kind": waking.kind, "key": waking.key, "gate": text, "by": cause})
            self._queue_wake_up(wake_up_id(value), lane, waking.key, value, now)

    def wake_done(self, effect: UUID, at: datetime, now: datetime) -> None:
        """Queue that an effect is done, once: what noting it does in Postgres (migrations/0006.done.sql)."""
        done = self.effects[effect]
        said = {"key": done.subject, "effect": done.kind, "occasion": done.occasion, "role": done.role}
        value = to_json(said | {"epoch": done.effect_epoch, "at": at.isoformat()})
        if effect not in self.rows:
            row = _wake_up(effect, done.lane, done.subject, value, now)
            due_at = now.replace(microsecond=0) + timedelta(seconds=1)
            self.rows[effect] = self.queued(replace(row, due_at=due_at, blocks=False, reason="DONE"))

    def _awake(self, lanes: Collection[int], now: datetime) -> Iterator[tuple[datetime, int, str, bytes]]:
        for name, (lane, state) in self.states.items():
            document = state.document
            if document is None or lane not in lanes or not _waits(document):
                continue
            said = {"kind": name.kind, "key": name.key}
            if document.due_at is not None and document.due_at <= now:
                yield document.due_at, lane, name.key, to_json(said | {"at": document.due_at.isoformat()})
            for gate in document.waits_for:
                revision = self._open_gate(gate)
                if revision is not None:
                    # With the document's revision, so that one that waits anew for an open gate is woken as well.
                    released = {"gate": gate, "revision": revision, "waiting": state.revision}
                    yield now, lane, name.key, to_json(said | released)

    def _open_gate(self, key: str) -> int | None:
        _, state = self.states.get(DocumentKey(Gate.kind, key), (0, StateRow()))
        return state.revision if isinstance(state.document, Gate) and state.document.open else None


def _is_takeable(row: Row, lanes: Collection[int], now: datetime) -> bool:
    """Whether its time has come, and no answer of it is waiting to be published."""
    return row.due_at is not None and row.due_at <= now and row.answered_by is None and row.lane in lanes


def _wake_up(row_id: UUID, lane: int, key: str, value: bytes, now: datetime) -> Row:
    record = Record(WAKE_UP_TOPIC, lane, 0, None, value, ())
    return Row(row_id, lane, key, RowKind.WAKE_UP, 0, record, b"", now)


def _waits(document: Document | None) -> bool:
    return document is not None and (document.due_at is not None or bool(document.waits_for))
