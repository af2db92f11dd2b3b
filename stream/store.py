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
"""The topic that wake-ups name: the value of those made by `tick` is a Due or an Opened, of others a Told or a Done.

It is stored under the name of the scan, as their kind is.
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
    """A row of the redelivery queue; one that stands already is left alone if it is moved or replayed.

    `due_at` None waits for a human. `seq`, which the queue gives it, orders the rows of a key; those behind one that
    `blocks` wait for it. With an `effect_epoch` above 0 it is decided again although the journal knows it, as an
    operator forced it to be (docs/decisions/0012-force.md). `answered_by` is the journal entry that is recorded and
    perhaps not published; a row that is `handled` goes after that.
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
    """A row whose outcome is recorded and perhaps not published. `next_attempt` and `handled` as in its RowAnswer."""

    row_id: UUID
    next_attempt: int
    handled: bool
    messages: tuple[Message, ...]


class StateRow(NamedTuple):
    """A document with what the runtime keeps beside it: highest revision seen per series, and its own revision.

    That counts the events emitted about a registration, or, for any other document, how often it was written.
    `unreadable`: a document stands there, and this release's type does not accept it. It is never written over.
    """

    document: Document | None = None
    revision: int = 0
    seen: Mapping[str, int] = MappingProxyType({})
    correlation: str | None = None
    unreadable: bool = False


class JournalEntry(NamedTuple):
    """One outcome to record: attempt 1 is inserted, a later one replaces attempt - 1 if that is still parked.

    `first_at` is when it was first recorded, or the event's own time where that is later: what is older than the
    replay horizon by this time is older by its own time too, and can be pruned.
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

    A row that carried a record here and is parked becomes that record's own, in its place: its id is `answered_by`.
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

    `shared` holds the documents that other lanes write too, with the revision under which they were read (0: not
    there): what is decided stands only if none of them has moved on since.
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

    `blocked` has the lowest seq of the unhandled rows that block a key. Documents that do not exist are left out. What
    the journal does not show and was said before `pruned_up_to` may have been recorded.
    """

    recorded: Mapping[UUID, Recorded]
    blocked: Mapping[str, int]
    states: Mapping[DocumentKey, StateRow]
    pruned_up_to: datetime | None


class Store(Protocol):
    """One service's state, used by one worker, one call at a time.

    Every method may raise StoreUnavailable, after which nothing is known about the last change but that it is whole.
    """

    async def take_over(self, lanes: Collection[int]) -> Mapping[int, Held]:
        """Raise the epoch of these lanes: whoever held them can settle nothing any more."""

    async def begin_at(self, positions: Mapping[TopicLane, int], epochs: Mapping[int, int]) -> None:
        """Note where topics that were never read begin. Raises Fenced."""

    async def unpublished(self, lanes: Collection[int]) -> Sequence[UnpublishedRow]:
        """Rows whose outcome may not have been published; of one that was pruned nothing is left to publish."""

    async def due(self, lanes: Collection[int], now: datetime, limit: int) -> Sequence[Row]:
        """Rows to take now: per key in order of seq without a gap, across keys by due time."""

    async def tick(self, lanes: Collection[int], now: datetime) -> int:
        """Queue a row for each document that is due or whose gate is open; how many were queued."""

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        """All that is asked, in one round trip; the rows `taken` block nothing."""

    async def settle(self, settlement: Settlement) -> None:
        """Write it in one transaction, shared documents created if need be and locked, in sorted order.

        Raises:
            Rival: a journal entry, a row or a shared document has moved on since it was read.
            Fenced: a lane was taken over.
            StateWentBack: a settled position is not the one this worker wrote.
            Refused: the database does not take what stands in it.
            Defective: what stands in it is no JSON.
        """

    async def forget(self, rows: Sequence[RowAnswer | UnpublishedRow]) -> None:
        """The outcomes of these rows are published: handled ones go, parked ones are free to be taken again.

        A row that has been answered anew since then is left alone: that answer may not have been published.
        """

    async def brake(self, release: str) -> str | None:
        """Why this release is stopped, if it is."""

    async def paused(self) -> bool:
        """Whether an operator has paused the service. Lanes that were taken over before that are fenced."""

    async def pull_brake(self, release: str, reason: str, now: datetime) -> None:
        """Stop this release until an operator lets it go on; one that was let go on is not stopped again.

        The records it stopped at come again, and so would the brake, for ever.
        """

    async def close(self) -> None:
        """Let go of the connection."""
