"""Small changes to what a judge is shown: a row more, another effect, a record at the end of its log."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from ops.audit.judge.evidence import EffectRow, Evidence, JournalRow, LaneRow, Log, LogRecord, Place, QueueRow

SOMEBODY = UUID(int=7)


def tables(evidence: Evidence, service: str, **changes: Any) -> Evidence:
    return replace(evidence, tables={**evidence.tables, service: replace(evidence.tables[service], **changes)})


def journal(evidence: Evidence, service: str, change: Callable[[JournalRow], JournalRow | None]) -> Evidence:
    changed = [change(row) for row in evidence.tables[service].journal]
    return tables(evidence, service, journal=tuple(row for row in changed if row is not None))


def first_entry(evidence: Evidence, service: str, change: Callable[[JournalRow], JournalRow | None]) -> Evidence:
    """Change the first entry with events."""
    first = next(row for row in evidence.tables[service].journal if row.events and row.outcome == "emit")
    return journal(evidence, service, lambda row: change(row) if row is first else row)


def effects(evidence: Evidence, change: Callable[[EffectRow], EffectRow], *more: EffectRow) -> Evidence:
    first, *rest = evidence.tables["notifier"].effects
    return tables(evidence, "notifier", effects=(change(first), *rest, *more))


def queue(evidence: Evidence, service: str, **fields: Any) -> Evidence:
    """With one more row in the queue."""
    rows = evidence.tables[service].queue
    usual = {
        "id": SOMEBODY, "lane": 0, "key": "somebody", "seq": 1_000, "kind": "tick", "due_at": None, "attempt": 0,
        "blocks": True, "answered_by": None, "handled": False, "topic": "form-received", "partition": 0, "offset": 0,
        "reason": "WHY", "trace": None, "first_at": evidence.now,
    }  # fmt: skip
    return tables(evidence, service, queue=(*rows, QueueRow(**{**usual, **fields})))


def log(evidence: Evidence, place: Place, **changes: Any) -> Evidence:
    return replace(evidence, logs={**evidence.logs, place: replace(evidence.logs[place], **changes)})


def first_of(evidence: Evidence, topic: str, records_min: int = 1) -> tuple[Place, Log]:
    return next(
        (p, found) for p, found in evidence.logs.items() if p.topic == topic and len(found.records) >= records_min
    )


def append(evidence: Evidence, record: LogRecord) -> Evidence:
    """One more record at the end of its log."""
    place = Place(record.topic, record.partition)
    found = evidence.logs[place]
    records = (*found.records, record._replace(offset=found.end))
    return log(evidence, place, records=records, end=found.end + 1)


def another(record: LogRecord, *, id_: str = "another", **changes: Any) -> LogRecord:
    """The same said once more, under another id."""
    headers = tuple((name, id_.encode() if name == "ce_id" else value) for name, value in record.headers)
    return record._replace(headers=headers, **changes)


def some(evidence: Evidence, topic: str) -> LogRecord:
    return first_of(evidence, topic)[1].records[0]


def lanes(evidence: Evidence, service: str, place: Place, settled: int) -> Evidence:
    known = evidence.tables[service].lanes
    lane = known.get(place.partition, LaneRow(1, {}))
    moved = LaneRow(lane.epoch, {**lane.settled, place.topic: settled})
    return tables(evidence, service, lanes={**known, place.partition: moved})


def committed(evidence: Evidence, group: str, place: Place, offset: int) -> Evidence:
    moved = {**evidence.committed.get(group, {}), place: offset}
    return replace(evidence, committed={**evidence.committed, group: moved})
