"""What the worker needs of Postgres: journal, documents, redelivery queue, lanes and brake of one service."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol
from uuid import UUID

from pydantic import JsonValue

from stream.document import Document, DocumentKey
from stream.record import Message, Record, TopicLane

WAKE_UP_TOPIC = "~tick"
"""What the rows of wake-ups have for a topic; stored under the name of the scan, as their kind is.

Those that `tick` queues are a Due or an Opened, all others a Told or a Done.
"""

TICK_ROWS_MAX = 500


class OutcomeKind(StrEnum):
    """What was recorded about a record."""

    EMIT = "emit"
    IGNORE = "ignore"
    PARK = "park"


class RowKind(StrEnum):
    """Why a row is in the redelivery queue."""

    PARKED = "parked"
    QUEUED = "queued"
    MOVED = "moved"
    WAKE_UP = "tick"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Held:
    """A lane taken over: its new epoch, and per topic the offset up to which records are settled."""

    epoch: int
    settled: Mapping[str, int]


class Recorded(NamedTuple):
    """A journal entry, as the look-up shows it."""

    hash: bytes
    attempt: int
    outcome: OutcomeKind
    messages: tuple[Message, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the redelivery queue. A moved or replayed one that is there already is not put there again.

    With `due_at` None it waits for a human. `seq`, which the queue gives it, orders the rows of a key; those behind one
    that `blocks` wait for it. With an `effect_epoch` above 0 its record is decided again although the journal knows it,
    because an operator forced that (docs/decisions/0012-force.md). `answered_by` is the journal entry with its outcome,
    which is perhaps not published yet; once it is, a row that is `handled` is removed.
    """

    id: UUID
    lane: int
    key: str
    kind: RowKind
    attempt: int
    record: Record
    hash: bytes
    first_at: datetime
    due_at: datetime | None = None
    blocks: bool = True
    reason: str = ""
    trace: str | None = None
    effect_epoch: int = 0
    seq: int = 0
    answered_by: UUID | None = None
    handled: bool = False


@dataclass(frozen=True, slots=True)
class UnpublishedRow:
    """A row whose outcome is recorded but perhaps not published; `next_attempt` and `handled` as in its RowAnswer."""

    row_id: UUID
    next_attempt: int
    handled: bool
    messages: tuple[Message, ...]


class StateRow(NamedTuple):
    """A document with what the runtime keeps beside it.

    `revision` counts the events emitted about a registration; for any other document, how often it was written. `seen`
    is the highest revision seen in each series. `unreadable`: a document is stored, but this release's type does not
    accept it. It is never overwritten.
    """

    document: Document | None = None
    revision: int = 0
    seen: Mapping[str, int] = MappingProxyType({})
    correlation: str | None = None
    unreadable: bool = False


class JournalEntry(NamedTuple):
    """One outcome to record: attempt 1 is inserted, a later one replaces attempt - 1 if that is still parked.

    `first_at` is when it was first recorded, or the event's own time if that is later. So an entry that is older than
    the replay horizon by this time is so by the event's time too, and can be pruned.
    """

    id: UUID
    hash: bytes
    attempt: int
    outcome: OutcomeKind
    reason: str | None
    messages: tuple[Message, ...]
    subject: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What became of a row that was taken: handled, or parked (again) under the next attempt.

    If the record of a moved or replayed row is parked, the row stays where it is under the record's id, `answered_by`.
    """

    id: UUID
    attempt: int
    answered_by: UUID
    handled: bool
    next_attempt: int
    due_at: datetime | None = None
    blocks: bool = True
    reason: str = ""
    trace: str | None = None

    @property
    def row_id(self) -> UUID:
        """The row's id once this is recorded."""
        return self.id if self.handled else self.answered_by


class EffectRow(NamedTuple):
    """An effect to plan, if it was not planned before."""

    id: UUID
    lane: int
    subject: str
    kind: str
    occasion: str
    role: str
    effect_epoch: int
    payload: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class LaneMove:
    """A lane's settled offsets, from what this worker believes to what they become, under its epoch."""

    lane: int
    epoch: int
    before: Mapping[str, int]
    after: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Everything one batch changes, written together or not at all.

    `shared` names the documents that other lanes write too, with the revision at which they were read (0: missing).
    The settlement is written only if none of them has changed since.
    """

    journal: Sequence[JournalEntry]
    states: Mapping[DocumentKey, tuple[int, StateRow]]
    new_rows: Sequence[Row]
    answers: Sequence[RowAnswer]
    effects: Sequence[EffectRow]
    moves: Sequence[LaneMove]
    shared: Mapping[DocumentKey, int] = field(default_factory=dict)


class Reading(NamedTuple):
    """What a batch needs to know, as it stood at one moment: what is recorded, which keys are blocked, documents.

    `blocked` has the lowest seq of the unhandled rows that block a key. Documents that do not exist are left out. A
    record from before `pruned_up_to` may have been recorded even if the journal does not show it.
    """

    recorded: Mapping[UUID, Recorded]
    blocked: Mapping[str, int]
    states: Mapping[DocumentKey, StateRow]
    pruned_up_to: datetime | None


class Store(Protocol):
    """One service's state, used by one worker, one call at a time.

    Every method may raise StoreUnavailable. Then it is not known whether the change was made, but never only in part.
    """

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        """Raise the epoch of these lanes: whoever held them before can settle nothing more."""

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        """Note where topics that were never read begin. Raises Fenced."""

    async def unpublished(self, lanes: Collection[int]) -> Sequence[UnpublishedRow]:
        """Rows whose outcome may not have been published; no messages are left of one whose entry was pruned."""

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        """Rows to take now: per key in order of seq without a gap, across keys by due time."""

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        """Queue a row for each document that is due or whose gate is open, up to 500; return how many."""

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        """Read all of this in one round trip; the rows `taken` do not count as blocking their keys."""

    async def settle(self, settlement: Settlement) -> None:
        """Write it in one transaction, shared documents created if need be and locked, in sorted order.

        Raises:
            Rival: a journal entry, a row or a shared document has moved on since it was read.
            Fenced: a lane was taken over.
            StateWentBack: a settled position is not the one this worker wrote.
            Refused: the database does not accept a value in it.
            Defective: a value in it cannot be written as JSON.
        """

    async def forget(self, rows: Sequence[RowAnswer | UnpublishedRow]) -> None:
        """The outcomes of these rows are published: remove the handled ones, and let parked ones be taken again.

        A row that has another answer by now is left alone, because that answer may not have been published.
        """

    async def brake(self, release: str) -> str | None:
        """Why this release is stopped, if it is."""

    async def paused(self) -> bool:
        """Whether an operator has paused the service. That has fenced everybody who had taken lanes over before."""

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        """Stop this release until an operator releases its brake; after that, it is not stopped again.

        The same records come again, and would pull the brake each time.
        """

    async def close(self) -> None:
        """Close the connection."""
