"""The evidence that a flow in memory leaves: its logs and tables, word for word."""

from collections.abc import Collection
from uuid import UUID

from flow_in_memory import Flow

from ops.audit import evidence as ev
from ops.audit.parties import parties
from stream.memory.tables import QueuedRow, Tables
from stream.store import EffectRow, JournalEntry


def evidence_of(flow: Flow) -> ev.Evidence:
    """Everything; each mail that was sent lies in the mailbox once."""
    tables = {name: _tables(database.tables, flow.sent) for name, database in flow.databases.items()}
    mails = [
        ev.AcceptedMail(str(row.id), (str(row.recipient),)) for row in tables["notifier"].effects if row.id in flow.sent
    ]
    return ev.Evidence(
        now=flow.clock.now(),
        parties=parties(),
        logs={ev.Place(*place): _log(flow, place.topic, place.lane) for place in flow.broker.logs},
        committed={
            party.name: {ev.Place(*place): at for place, at in flow.broker.group(party.name).committed.items()}
            for party in parties()
        },
        tables=tables,
        mails=tuple(mails),
        keylane=ev.KeylaneRecord(),
        submitted=tuple(ev.SubmittedForm(registration) for registration in flow.submitted),
        texts=(),
        deeds=ev.Deeds(forced={service: frozenset(epochs) for service, epochs in flow.forced.items()}),
    )


def _log(flow: Flow, topic: str, lane: int) -> ev.Log:
    log = next(log for place, log in flow.broker.logs.items() if (place.topic, place.lane) == (topic, lane))
    records = tuple(ev.LogRecord(r.topic, r.partition, r.offset, r.key, r.headers, r.value) for r in log.records)
    return ev.Log(records, log.end, log.begin, log.begin)


def _tables(tables: Tables, sent: Collection[UUID]) -> ev.Tables:
    return ev.Tables(
        journal=tuple(_entry(entry) for entry in tables.journal.values()),
        states=tuple(
            ev.StateRow(
                key.kind, key.key, lane, state.revision,
                state.document.due_at if state.document else None,
                state.document.waits_for if state.document else (),
                state.document.model_dump(mode="json") if state.document else None,
            )
            for key, (lane, state) in tables.states.items()
        ),
        queue=tuple(_queued(row) for row in tables.rows.values()),
        effects=tuple(_effect(row, "SENT" if row.id in sent else "PLANNED") for row in tables.effects.values()),
        lanes={lane: ev.LaneRow(held.epoch, held.settled) for lane, held in tables.lanes.items()},
        stopped={release: reason for release, reason in tables.brakes.items() if reason is not None},
        pruned_up_to=tables.pruned_up_to,
    )  # fmt: skip


def _entry(entry: JournalEntry) -> ev.JournalRow:
    events = tuple(ev.Emitted(m.topic, m.lane, m.key, m.headers, m.value) for m in entry.messages)
    fixed = (entry.id, entry.hash, entry.attempt, str(entry.outcome), entry.reason)
    return ev.JournalRow(*fixed, events, entry.subject, entry.first_at)


def _queued(queued: QueuedRow) -> ev.QueueRow:
    row = queued.row
    return ev.QueueRow(
        row.id, row.lane, row.key, row.seq, str(row.kind), queued.due_at, row.attempt, queued.blocks,
        queued.answered_by, queued.handled, row.record.topic, row.record.partition, row.record.offset,
        queued.reason, queued.trace, row.first_at,
    )  # fmt: skip


def _effect(row: EffectRow, status: str) -> ev.EffectRow:
    fixed = (row.id, row.subject, row.kind, row.occasion, row.role, row.effect_epoch)
    return ev.EffectRow(*fixed, str(row.payload["email"]), status)
