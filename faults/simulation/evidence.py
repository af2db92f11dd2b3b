"""What the judge looks at, taken from a simulated world at rest."""

from collections.abc import Mapping

from faults.simulation.clock import START
from faults.simulation.world import World
from ops.audit.evidence import (
    AcceptedMail,
    Deeds,
    EffectRow,
    Emitted,
    Evidence,
    JournalRow,
    KeylaneRecord,
    KeylaneReport,
    KeylaneRequest,
    LaneRow,
    Log,
    LogRecord,
    Place,
    QueueRow,
    StateRow,
    SubmittedForm,
    Tables,
)
from ops.audit.parties import parties
from stream.memory.tables import QueuedRow
from stream.memory.tables import Tables as Kept
from stream.record import Message, Record, TopicLane

_PARTIES = parties()


def evidence(world: World) -> Evidence:
    """All of it."""
    broker = world.broker
    return Evidence(
        now=world.now(),
        parties=_PARTIES,
        logs={
            Place(*place): Log(tuple(map(_record, log.records)), log.end, log.begin)
            for place, log in broker.logs.items()
        },
        committed={service: _places(broker.group(service).committed) for service in world.databases},
        tables={service: _tables(world, service) for service in world.databases},
        mails=tuple(_mails(world)),
        keylane=_keylane(world),
        submitted=tuple(
            SubmittedForm(one.id, one.expected) for one in (*world.scenario.registrations, *world.customers.registered)
        ),
        deeds=Deeds(planned_anew=frozenset(world.book.planned_anew)),
    )


def mails_again(world: World) -> int:
    """How many were accepted once more because the ledger had forgotten them."""
    return len(world.smtp.accepted) - len(_mails(world))


def _mails(world: World) -> list[AcceptedMail]:
    """Each that was accepted; of one that the ledger had forgotten while nobody looked, the first time only."""
    forgotten = {str(mail) for mail in world.failover.forgotten.may_leave_again}
    seen: set[str] = set()
    mails: list[AcceptedMail] = []
    for mail in world.smtp.accepted:
        if mail.message_id not in forgotten & seen:
            mails.append(AcceptedMail(mail.message_id, (mail.recipient,)))
        seen.add(mail.message_id)
    return mails


def _places(offsets: Mapping[TopicLane, int]) -> dict[Place, int]:
    return {Place(*place): offset for place, offset in offsets.items()}


def _record(record: Record) -> LogRecord:
    return LogRecord(record.topic, record.partition, record.offset, record.key, record.headers, record.value)


def _tables(world: World, service: str) -> Tables:
    kept = world.databases[service].tables
    return Tables(
        journal=tuple(
            JournalRow(
                row.id, row.hash, row.attempt, row.outcome, row.reason, tuple(map(_emitted, row.messages)),
                row.subject, row.first_at,
            )
            for row in kept.journal.values()
        ),
        states=_states(kept),
        queue=tuple(_queued(row) for row in kept.rows.values()),
        effects=_effects(world) if service == "notifier" else (),
        lanes={lane: LaneRow(held.epoch, held.settled) for lane, held in kept.lanes.items()},
        stopped={release: reason for release, reason in kept.brakes.items() if reason is not None},
        pruned_up_to=kept.pruned_up_to,
    )  # fmt: skip


def _emitted(message: Message) -> Emitted:
    return Emitted(message.topic, message.lane, message.key, message.headers, message.value)


def _states(kept: Kept) -> tuple[StateRow, ...]:
    return tuple(
        StateRow(
            name.kind, name.key, lane, state.revision,
            state.document.due_at if state.document else None,
            state.document.waits_for if state.document else (),
            state.document.model_dump(mode="json") if state.document else None,
        )
        for name, (lane, state) in kept.states.items()
    )  # fmt: skip


def _queued(queued: QueuedRow) -> QueueRow:
    row, record = queued.row, queued.row.record
    return QueueRow(
        row.id, row.lane, row.key, row.seq, row.kind, queued.due_at, row.attempt, queued.blocks, queued.answered_by,
        queued.handled, record.topic, record.partition, record.offset, queued.reason, queued.trace, row.first_at,
    )  # fmt: skip


def _effects(world: World) -> tuple[EffectRow, ...]:
    entries = world.book.entries()
    return tuple(
        EffectRow(
            row.id, row.subject, row.kind, row.occasion, row.role, row.effect_epoch, str(row.payload["email"]),
            entries[row.id].status, entries[row.id].attempts, entries[row.id].reply,
            body_started_at=entries[row.id].body_started_at, planned_at=START,
        )
        for row in world.databases["notifier"].tables.effects.values()
    )  # fmt: skip


def _keylane(world: World) -> KeylaneRecord:
    keylane = world.keylane
    requests = (
        KeylaneRequest(one.source, one.id, one.subject, one.connection, one.cycle, outcome)
        for one, outcome in keylane.requests.values()
    )
    reports = (
        KeylaneReport(dict(one.headers)["ce_id"].decode(), one.subject, one.key in keylane.said)
        for one in keylane.planned
    )
    return KeylaneRecord(tuple(requests), tuple(reports))
