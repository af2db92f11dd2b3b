"""A settlement checked against the tables in memory: the same guards, in the same order, as Postgres's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from pydantic_core import from_json, to_json

from stream.document import DocumentKey
from stream.errors import Fenced, Refused, Rival, StateWentBack
from stream.memory.tables import Tables
from stream.store import (
    EffectRow,
    Held,
    JournalEntry,
    LaneMove,
    OutcomeKind,
    Row,
    RowAnswer,
    RowKind,
    Settlement,
    StateRow,
)

_NEVER_WRITTEN = (-1, StateRow())
_NUL_IN_TEXT = "DATABASE_REFUSED_22021"
_NUL_IN_JSON = "DATABASE_REFUSED_22P05"
_NO_NUMBER_IN_JSON = "DATABASE_REFUSED_22P02"
_NO_VALUE_OF_ITS_TYPE = "DATABASE_REFUSED_22000"
_INTEGERS = range(-(2**31), 2**31)
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(slots=True)
class Change:
    """Rows as they will stand once the transaction is committed."""

    lanes: dict[int, Held] = field(default_factory=dict)
    journal: dict[UUID, JournalEntry] = field(default_factory=dict)
    states: dict[DocumentKey, tuple[int, StateRow]] = field(default_factory=dict)
    rows: dict[UUID, Row] = field(default_factory=dict)
    renamed: set[UUID] = field(default_factory=set)
    effects: dict[UUID, EffectRow] = field(default_factory=dict)

    def apply(self, tables: Tables) -> None:
        """Let it be so."""
        tables.lanes |= self.lanes
        tables.journal |= self.journal
        tables.states |= self.states
        tables.rows |= self.rows
        tables.rename(self.renamed)
        tables.effects |= self.effects


def change_of(tables: Tables, settlement: Settlement) -> Change:
    """What the settlement changes. Raises Rival, Refused, Fenced or StateWentBack."""
    made = _shared(tables, settlement.shared)
    change = Change(journal=_entered(tables, settlement.journal))
    _refuse_nul_in_states(settlement.states)
    change.states = {**made, **settlement.states}
    _queue(tables, settlement.new_rows, change.rows)
    _answer(tables, settlement.answers, change)
    change.effects = _planned(tables, settlement.effects)
    change.lanes = dict(_moved(tables, move) for move in settlement.moves)
    return change


def _shared(tables: Tables, shared: Mapping[DocumentKey, int]) -> dict[DocumentKey, tuple[int, StateRow]]:
    standing = {key: tables.states.get(key, _NEVER_WRITTEN) for key in shared}
    if any(standing[key][1].revision != revision for key, revision in shared.items()):
        raise Rival("a shared document has moved on since it was read")
    return standing


def _entered(tables: Tables, entries: Sequence[JournalEntry]) -> dict[UUID, JournalEntry]:
    entered: dict[UUID, JournalEntry] = {}
    for entry in entries:
        _refuse_text(entry.reason, entry.subject)
        standing = tables.journal.get(entry.id)
        if entry.id in entered or not _may_follow(entry, standing):
            raise Rival("a journal entry stands that the look-up did not show, or has moved on")
        kept = entry if standing is None else entry._replace(subject=standing.subject, first_at=standing.first_at)
        entered[entry.id] = kept
    return entered


def _may_follow(entry: JournalEntry, standing: JournalEntry | None) -> bool:
    if standing is None:
        return entry.attempt == 1
    return standing.outcome is OutcomeKind.PARK and entry.attempt == standing.attempt + 1


def _queue(tables: Tables, new_rows: Sequence[Row], rows: dict[UUID, Row]) -> None:
    for new in new_rows:
        _refuse_text(new.key, new.reason, new.trace)
        stands = new.id in tables.rows or new.id in rows
        if stands and new.kind is not RowKind.MOVED:
            raise Rival("a redelivery row stands that nothing accounts for")
        if not stands:
            rows[new.id] = tables.queued(new)


def _answer(tables: Tables, answers: Sequence[RowAnswer], change: Change) -> None:
    for answer in answers:
        _refuse_text(answer.reason, answer.trace)
        queued = tables.rows.get(answer.id)
        taken = queued is not None and queued.attempt == answer.attempt and queued.answered_by is None
        if queued is None or not taken or answer.id in change.rows or answer.id in change.renamed:
            raise Rival("a redelivery row has moved on from the attempt that was taken")
        change.rows[answer.row_id] = _answered(queued, answer)
        if answer.row_id != answer.id:
            change.renamed.add(answer.id)


def _answered(queued: Row, answer: RowAnswer) -> Row:
    row = replace(queued, attempt=answer.next_attempt, answered_by=answer.answered_by)
    if answer.handled:
        return replace(row, handled=True)
    return replace(
        row, id=answer.row_id, kind=RowKind.PARKED, due_at=answer.due_at, blocks=answer.blocks,
        reason=answer.reason, trace=answer.trace,
    )  # fmt: skip


def _planned(tables: Tables, effects: Sequence[EffectRow]) -> dict[UUID, EffectRow]:
    planned: dict[UUID, EffectRow] = {}
    for effect in effects:
        _refuse_text(effect.subject, effect.kind, effect.occasion, effect.role)
        if effect.effect_epoch not in _INTEGERS:
            raise Refused(_NO_VALUE_OF_ITS_TYPE)
        payload = to_json(dict(effect.payload)).decode()
        _refuse_nul_in_json(payload)
        _refuse_no_number_in_json(payload)
        if effect.id not in tables.effects:
            planned.setdefault(effect.id, effect)
    return planned


def _moved(tables: Tables, move: LaneMove) -> tuple[int, Held]:
    held = tables.lanes.get(move.lane)
    if held is None or held.epoch != move.epoch:
        raise Fenced
    if not move.before.items() <= held.settled.items():
        raise StateWentBack("a settled position in the database is not the one this worker wrote")
    return move.lane, Held(held.epoch, {**held.settled, **move.after})


def _refuse_text(*texts: str | None) -> None:
    for text in texts:
        if text and "\0" in text:
            raise Refused(_NUL_IN_TEXT)
        try:
            (text or "").encode()
        except UnicodeEncodeError:
            raise Refused(_NO_VALUE_OF_ITS_TYPE) from None


def _refuse_nul_in_states(states: Mapping[DocumentKey, tuple[int, StateRow]]) -> None:
    for name, (_, state) in states.items():
        _refuse_text(name.kind, name.key, state.correlation)
        if state.document is not None:
            _refuse_text(*state.document.waits_for)
            _refuse_nul_in_json(state.document.to_json())


def _refuse_nul_in_json(text: str) -> None:
    if "\\u0000" in text and _ESCAPED_NUL.search(text):
        raise Refused(_NUL_IN_JSON)


def _refuse_no_number_in_json(text: str) -> None:
    try:
        from_json(text, allow_inf_nan=False)
    except ValueError:
        raise Refused(_NO_NUMBER_IN_JSON) from None
