"""The evidence that a flow in memory leaves: its logs and tables, word for word."""

from collections.abc import Collection, Iterator
from uuid import UUID

from flow_in_memory import Flow

from faults.memory_evidence import committed_as_evidence, logs_as_evidence, tables_as_evidence
from ops.audit.judge import evidence as ev
from ops.audit.parties import parties
from stream.memory.tables import Tables


def evidence_of(flow: Flow) -> ev.Evidence:
    """Everything; each mail that was sent lies in the mailbox once."""
    kept = {name: database.tables for name, database in flow.databases.items()}
    tables = {name: tables_as_evidence(one, tuple(_effects(one, flow.sent))) for name, one in kept.items()}
    mails = [
        ev.AcceptedMail(str(row.id), (str(row.recipient),)) for row in tables["notifier"].effects if row.id in flow.sent
    ]
    return ev.Evidence(
        now=flow.clock.now(),
        parties=parties(),
        logs=logs_as_evidence(flow.broker),
        committed={party.name: committed_as_evidence(flow.broker, party.name) for party in parties()},
        tables=tables,
        mails=tuple(mails),
        keylane=ev.KeylaneRecord(),
        submitted=tuple(ev.SubmittedForm(registration) for registration in flow.submitted),
        texts=(),
        deeds=ev.Deeds(forced={service: frozenset(epochs) for service, epochs in flow.forced.items()}),
    )


def _effects(tables: Tables, sent: Collection[UUID]) -> Iterator[ev.EffectRow]:
    for row in tables.effects.values():
        fixed = (row.id, row.subject, row.kind, row.occasion, row.role, row.effect_epoch)
        yield ev.EffectRow(*fixed, str(row.payload["email"]), "SENT" if row.id in sent else "PLANNED")
