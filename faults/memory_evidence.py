"""What brokers and databases in memory hold, as the judge looks at it."""

from ops.audit.judge.evidence import (
    EffectRow,
    Emitted,
    JournalRow,
    LaneRow,
    Log,
    LogRecord,
    Place,
    QueueRow,
    StateRow,
    Tables,
)
from stream.memory.broker import MemoryBroker
from stream.memory.tables import Tables as Kept
from stream.store import JournalEntry, Row


def logs_as_evidence(broker: MemoryBroker) -> dict[Place, Log]:
    """Every topic, whole."""
    return {
        Place(*place): Log(
            tuple(LogRecord(r.topic, r.partition, r.offset, r.key, r.headers, r.value) for r in log.records),
            log.end, log.begin, log.begin,
        )
        for place, log in broker.logs.items()
    }  # fmt: skip


def committed_as_evidence(broker: MemoryBroker, group: str) -> dict[Place, int]:
    """How far this group has committed."""
    return {Place(*place): offset for place, offset in broker.group(group).committed.items()}


def tables_as_evidence(tables: Kept, effects: tuple[EffectRow, ...]) -> Tables:
    """One service's schema; what became of its effects is known elsewhere."""
    return Tables(
        journal=tuple(map(_entry, tables.journal.values())),
        states=_states(tables),
        queue=tuple(map(_queued, tables.rows.values())),
        effects=effects,
        lanes={lane: LaneRow(held.epoch, held.settled) for lane, held in tables.lanes.items()},
        stopped={release: reason for release, reason in tables.brakes.items() if reason is not None},
        pruned_up_to=tables.pruned_up_to,
    )


def _entry(entry: JournalEntry) -> JournalRow:
    events = tuple(Emitted(m.topic, m.lane, m.key, m.headers, m.value) for m in entry.messages)
    fixed = (entry.id, entry.hash, entry.attempt, entry.outcome, entry.reason)
    return JournalRow(*fixed, events, entry.subject, entry.first_at)


def _states(tables: Kept) -> tuple[StateRow, ...]:
    return tuple(
        StateRow(
            name.kind, name.key, lane, state.revision,
            state.document.due_at if state.document else None,
            state.document.waits_for if state.document else (),
            state.document.model_dump(mode="json") if state.document else None,
        )
        for name, (lane, state) in tables.states.items()
    )  # fmt: skip


def _queued(row: Row) -> QueueRow:
    record = row.record
    return QueueRow(
        row.id, row.lane, row.key, row.seq, row.kind, row.due_at, row.attempt, row.blocks, row.answered_by,
        row.handled, record.topic, record.partition, record.offset, row.reason, row.trace, row.first_at,
    )  # fmt: skip
