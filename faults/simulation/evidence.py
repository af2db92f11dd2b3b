"""What the judge looks at, taken from a simulated world at rest."""

from faults.memory_evidence import committed_as_evidence, logs_as_evidence, tables_as_evidence
from faults.simulation.clock import START
from faults.simulation.world import World
from ops.audit.judge.evidence import (
    AcceptedMail,
    Deeds,
    EffectRow,
    Evidence,
    KeylaneRecord,
    KeylaneReport,
    KeylaneRequest,
    SubmittedForm,
)
from ops.audit.parties import parties

_PARTIES = parties()


def evidence(world: World) -> Evidence:
    """All of it."""
    return Evidence(
        now=world.now(),
        parties=tuple(party for party in _PARTIES if not party.ours or party.name in world.databases),
        logs=logs_as_evidence(world.broker),
        committed={service: committed_as_evidence(world.broker, service) for service in world.databases},
        tables={
            service: tables_as_evidence(database.tables, _effects(world) if service == "notifier" else ())
            for service, database in world.databases.items()
        },
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


def _effects(world: World) -> tuple[EffectRow, ...]:
    entries = world.book.entries()
    return tuple(
        EffectRow(
            row.id, row.subject, row.kind, row.occasion, row.role, row.effect_epoch, str(row.payload["email"]),
            entries[row.id].status, entries[row.id].attempts, entries[row.id].reply,
            body_started_at=entries[row.id].body_started_at, planned_at=START, not_before=entries[row.id].not_before,
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
        KeylaneReport(
            dict(one.headers)["ce_id"].decode(),
            one.subject,
            one.key in keylane.said,
            dict(one.headers)["ce_time"].decode(),
        )
        for one in keylane.planned
    )
    return KeylaneRecord(tuple(requests), tuple(reports))
