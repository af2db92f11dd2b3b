"""Decides a batch: one record after the other over one working set, into one settlement. Pure."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never
from uuid import UUID

from schemas.codec import CodecFault
from schemas.parked_cause import cause_of
from stream.answer import Answer, Result
from stream.decode import Item, Received, Undecodable
from stream.document import Document, DocumentKey
from stream.emission import Emission, oversized
from stream.errors import Defective, RecordError, Rival
from stream.guard import check_outcome, check_readable
from stream.horizon import said_at
from stream.identity import effect_id, reused_id
from stream.known import FORCED, TOO_OLD, Known
from stream.lane import SHARED_LANE, lane_of
from stream.new_row import handed_rows, moved_row, new_row
from stream.record import Message
from stream.service import Case, Effect, Emit, Ignore, Outcome, Park, Service, Touched, WorkingSet, nothing_recalled
from stream.store import (
    EffectRow,
    JournalEntry,
    LaneMove,
    OutcomeKind,
    Recorded,
    Row,
    RowAnswer,
    RowKind,
    Settlement,
    StateRow,
)

RETRY_S = (0.1, 0.5, 2, 10, 60, 300, 900, 3600)
"""Delays before a record parked for later is tried again; after the last a human looks at it."""

_NEW = StateRow()

_Emitted = tuple[tuple[Message, ...], str | None]
"""What is said because of a record, and the correlation it is said under."""

_NOTHING: _Emitted = ((), None)


class Fold:
    """One batch being decided, and the settlement that results."""

    def __init__(self, service: Service[Any], known: Known) -> None:
        self._service = service
        self._main_kind = service.main.kind
        self._known = known
        self._recorded = dict(known.reading.recorded)
        self._blocked = dict(known.reading.blocked)
        self._states = dict(known.reading.states)
        self._documents = WorkingSet({k: s.document for k, s in self._states.items() if s.document is not None})
        self._unreadable = {key for key, state in self._states.items() if state.unreadable}
        self._touched = Touched()
        self._journal: list[JournalEntry] = []
        self._changed: dict[DocumentKey, tuple[int, StateRow]] = {}
        self._new_rows: list[Row] = []
        self._effects: list[EffectRow] = []
        self.row_answers: list[RowAnswer] = []
        self.messages: list[Message] = []
        self.answers: list[Answer] = []

    def settlement(self, moves: list[LaneMove]) -> Settlement:
        """Everything that the batch changes."""
        read = self._known.shared_read()
        return Settlement(self._journal, self._changed, self._new_rows, self.row_answers, self._effects, moves, read)

    def take(self, item: Item, touched: Touched) -> None:
        """Answer the next record of the batch, which touches these documents in addition to its own."""
        self._touched = touched
        if isinstance(item, Received) and self._is_misplaced(item):
            self._move(item)
            return
        recorded = self._recorded.get(item.id)
        if recorded is None:
            self._attempt(item)
        elif recorded.hash != item.hash:
            self._reused(item)
        elif recorded.outcome is OutcomeKind.PARK and item.row is not None and item.row.id == item.id:
            self._again(item, recorded)
        else:
            self._repeat(item, recorded)

    def _is_misplaced(self, item: Received) -> bool:
        """Whether it is on another key's lane, or was parked without a key before it could be read."""
        if item.row is not None:
            return item.row.key != item.subject
        return lane_of(item.subject, self._known.lanes) != item.record.partition

    def _move(self, item: Received) -> None:
        self._new_rows.append(moved_row(item, lanes=self._known.lanes, now=self._known.now))
        if item.row is not None:
            self._handled(item, item.row.id)
        self.answers.append(Answer(item, Result.MOVED, "WRONG_LANE"))

    def _repeat(self, item: Item, recorded: Recorded) -> None:
        self.messages += recorded.messages
        self._handled(item, item.id)
        self.answers.append(Answer(item, Result.REPEATED, recorded.outcome, recorded.attempt))

    def _attempt(self, item: Item, recorded: Recorded | None = None) -> None:
        if isinstance(item, Undecodable):
            self._undecodable(item)
        elif self._known.is_too_old(item, recorded):
            self._park(item, Park(TOO_OLD, blocks=False))
        elif self._is_blocked(item):
            self._queue(item)
        elif self._is_outrun(item):
            self._leave(item)
        else:
            self._decide(item)

    def _again(self, item: Item, recorded: Recorded) -> None:
        if recorded.attempt + 1 != item.attempt:
            raise Rival
        self._attempt(item, recorded)

    def _reused(self, item: Item) -> None:
        own = item._replace(id=reused_id(item.id, item.hash))
        recorded = self._recorded.get(own.id)
        if recorded is not None and not (item.row and item.row.id == own.id):
            self._repeat(own, recorded)
        else:
            self._park(own, Park("ID_REUSED", blocks=False))

    def _undecodable(self, item: Undecodable) -> None:
        suspect = str(item.id) if item.fault == CodecFault.UNKNOWN_VERSION else None
        trace = item.detail if self._known.blamed is None else None
        self._park(item, Park(item.fault, blocks=item.blocks), trace=trace, suspect=suspect)

    def _is_blocked(self, item: Received) -> bool:
        first = self._blocked.get(item.subject)
        return first is not None and (item.row is None or first < item.row.seq)

    def _is_outrun(self, item: Received) -> bool:
        """Whether this batch has since changed the document that named what the record touches."""
        asked = not item.at_first_hand and self._service.recalls is not nothing_recalled
        return asked and DocumentKey(self._main_kind, item.subject) in self._changed

    def _leave(self, item: Received) -> None:
        if item.row is not None:
            self._blocked[item.subject] = item.row.seq
        self.answers.append(Answer(item, Result.LEFT, "OUTRUN", item.attempt - 1))

    def _queue(self, item: Received) -> None:
        if item.row is not None:
            self.answers.append(Answer(item, Result.LEFT, "BLOCKED", item.attempt - 1))
            return
        self._enter(item, OutcomeKind.PARK, reason="BLOCKED")
        self._new_rows.append(new_row(item, RowKind.QUEUED, "BLOCKED", attempt=item.attempt, now=self._known.now))
        self.answers.append(Answer(item, Result.QUEUED, "BLOCKED"))

    def _decide(self, item: Received) -> None:
        main = DocumentKey(self._main_kind, item.subject)
        try:
            outcome = self._outcome(item, main)
            check_outcome(outcome, main, self._touched.documents)
            emitted = self._emitted(item, main, outcome) if isinstance(outcome, Emit) else _NOTHING
        except Exception as raised:  # noqa: BLE001 (the one call whose defects must not stop the others)
            error = raised if isinstance(raised, RecordError) else Defective(raised)
            blamed = error.suspects(item.subject)
            self._park(item, Park(str(error)), trace=error.trace, suspect=blamed)
            return
        match outcome:
            case Emit():
                self._emit(item, main, outcome, emitted)
            case Ignore(reason):
                self._see(item, main, None, _NOTHING)
                self._enter(item, OutcomeKind.IGNORE, reason=reason)
                self._handled(item, item.id)
                self.answers.append(Answer(item, Result.IGNORED, reason, item.attempt))
            case Park():
                self._park(item, outcome)
            case _:
                assert_never(outcome)

    def _outcome(self, item: Received, main: DocumentKey) -> Outcome:
        known = self._known
        if known.blamed is not None:
            raise known.blamed
        if self._unreadable:
            check_readable(self._unreadable, (main, *self._touched.documents))
        series, revision = item.series
        if revision < self._states.get(main, _NEW).seen.get(series, 0):
            return Ignore("STALE_REVISION")
        now, found = item.seen_at(known.now), self._touched.found
        case = Case(item.subject, item.cause, item.envelope, self._documents, known.facts, now, found, item.attempt)
        return self._service.decide(case)

    def _emitted(self, item: Received, main: DocumentKey, outcome: Emit) -> _Emitted:
        """The events that follow from the record. Raises if one cannot be encoded."""
        state = self._states.get(main, _NEW)
        emission = Emission(self._service.name, item, self._known.now, state.correlation)
        return emission.encode(outcome.events, item.subject, state.revision), emission.correlation

    def _emit(self, item: Received, main: DocumentKey, outcome: Emit, emitted: _Emitted) -> None:
        messages, _ = emitted
        if (trace := oversized(messages)) is not None:
            self._park(item, Park("EVENT_TOO_LARGE"), trace=trace)
            return
        self._documents.put(outcome.documents)
        for key, document in outcome.documents.items():
            if key != main:
                found = self._states.get(key, _NEW)
                # A gate's wake-ups are told apart by its revision: opened again, it wakes again.
                self._put(key, item, found._replace(document=document, revision=found.revision + 1))
        self._see(item, main, outcome.documents.get(main), emitted)
        self._plan(item, outcome.effects)
        self._new_rows += handed_rows(item, outcome.handed_to, lanes=self._known.lanes, now=self._known.now)
        self._enter(item, OutcomeKind.EMIT, reason=FORCED if item.effect_epoch else None, messages=messages)
        self._handled(item, item.id)
        self.answers.append(Answer(item, Result.EMITTED, "", item.attempt, len(messages)))

    def _see(self, item: Received, main: DocumentKey, document: Document | None, emitted: _Emitted) -> None:
        messages, correlation = emitted
        state = self._states.get(main, _NEW)
        series, revision = item.series
        newer = revision > state.seen.get(series, 0)
        kept = state.correlation or correlation
        if document is not None or messages or newer or kept != state.correlation:
            seen = {**state.seen, series: revision} if newer else state.seen
            self._put(main, item, StateRow(document or state.document, state.revision + len(messages), seen, kept))

    def _put(self, key: DocumentKey, item: Received, state: StateRow) -> None:
        lane = item.lane if key.key == item.subject else SHARED_LANE
        self._states[key] = state
        self._changed[key] = (lane, state)

    def _plan(self, item: Received, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            found = effect_id(item.subject, effect.kind, effect.occasion, effect.role, str(item.effect_epoch))
            row = EffectRow(
                id=found, lane=item.lane, subject=item.subject, kind=effect.kind, occasion=effect.occasion,
                role=effect.role, effect_epoch=item.effect_epoch, payload=effect.payload,
            )  # fmt: skip
            self._effects.append(row)

    def _park(self, item: Item, park: Park, *, trace: str | None = None, suspect: str | None = None) -> None:
        attempt = item.attempt
        later = park.retry and attempt <= len(RETRY_S)
        due_at = self._known.now + timedelta(seconds=RETRY_S[attempt - 1]) if later else None
        letters = () if later else (self._dead_letter(item, park.reason, trace),)
        self._enter(item, OutcomeKind.PARK, reason=park.reason, messages=letters)
        if item.row is not None:
            # The row stays in its place, whatever kind it was, so that what follows in its key stays behind it.
            answer = RowAnswer(
                item.row.id, item.row.attempt, item.id, handled=False, next_attempt=attempt, due_at=due_at,
                blocks=park.blocks, reason=park.reason, trace=trace,
            )  # fmt: skip
            self.row_answers.append(answer)
        else:
            row = new_row(item, RowKind.PARKED, park.reason, attempt=attempt, now=self._known.now)
            self._new_rows.append(replace(row, due_at=due_at, blocks=park.blocks, trace=trace))
        if park.blocks:
            self._blocked[item.subject if isinstance(item, Received) else item.key] = 0
        result = Result.RETRY if later else Result.PARKED
        self.answers.append(Answer(item, result, park.reason, attempt, suspect=suspect))

    def _dead_letter(self, item: Item, reason: str, trace: str | None) -> Message:
        name = self._service.name
        fingerprint = cause_of(name, reason, trace).group
        return Emission(name, item, self._known.now, None).dead_letter(reason, item.attempt, fingerprint)

    def _handled(self, item: Item, answered_by: UUID) -> None:
        if item.row is not None:
            attempt = item.row.attempt
            self.row_answers.append(RowAnswer(item.row.id, attempt, answered_by, handled=True, next_attempt=attempt))

    def _enter(
        self,
        item: Item,
        outcome: OutcomeKind,
        *,
        reason: str | None,
        messages: tuple[Message, ...] = (),
    ) -> None:
        subject = item.subject if isinstance(item, Received) else ""
        first_at = max(self._known.now, said_at(item) or self._known.now)
        entry = JournalEntry(item.id, item.hash, item.attempt, outcome, reason, messages, subject, first_at)
        self._journal.append(entry)
        self.messages += messages
        # A repeat within this batch is answered by the entry, whose messages are already on their way.
        self._recorded[item.id] = Recorded(item.hash, item.attempt, outcome, ())
