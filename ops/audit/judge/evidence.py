"""What the judge looks at: values of nobody's code, filled from a real system, a sandbox or a simulation.

Everything here may hold personal data and none of it is printed; findings are (`finding.py`).

A system that is running moves on while it is read, so the order of reading matters (`read.py` keeps it). What must have
been *before* is read later, and what it is held against earlier:

1. committed offsets, lanes and topics' ends (each `Log.fence`), mails as they lie there first (`early`)
2. all of Postgres, in one snapshot
3. topics up to their ends by then (records at `Log.fence` and beyond are *late*), Keylane's record, the mailbox again

What is late only answers whether it is there. Where nothing runs on meanwhile, leave the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

Headers = tuple[tuple[str, bytes | None], ...]


class Place(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class LogRecord(NamedTuple):
    """A record as it stands in a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Headers
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Log:
    """One partition: the records that were read, from offset `start` up to (not with) `end`.

    `begin` is the first offset that the broker still has; below it nothing can be looked at. `fence` is the end as it
    was before Postgres was read; None where nothing was written in between.
    """

    records: tuple[LogRecord, ...]
    end: int
    begin: int = 0
    start: int = 0
    fence: int | None = None


class Emitted(NamedTuple):
    """An event that a journal row holds to be published."""

    topic: str
    partition: int
    key: str
    headers: Headers
    value: bytes


@dataclass(frozen=True, slots=True)
class JournalRow:
    """What a service recorded about one record. `outcome` is emit, ignore or park."""

    id: UUID
    hash: bytes
    attempt: int
    outcome: str
    reason: str | None
    events: tuple[Emitted, ...]
    subject: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class StateRow:
    """A document. `lane` is -1 for one that several lanes write; `document` is its JSON, None if never written."""

    kind: str
    key: str
    lane: int
    revision: int
    due_at: datetime | None
    waits_for: tuple[str, ...]
    document: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of the redelivery queue, with the place of the record it holds; `trace` is what a defect left."""

    id: UUID
    lane: int
    key: str
    seq: int
    kind: str
    due_at: datetime | None
    attempt: int
    blocks: bool
    answered_by: UUID | None
    handled: bool
    topic: str
    partition: int
    offset: int
    reason: str
    trace: str | None
    first_at: datetime


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A row of the mail ledger; `recipient` is whom its payload names. `status` as the ledger writes it.

    `not_before` is when it is tried next, of one that waits; `attempts` counts one that is under way.
    """

    id: UUID
    subject: str
    kind: str
    occasion: str
    role: str
    epoch: int
    recipient: str | None
    status: str
    attempts: int = 0
    reply: str | None = None
    planned_at: datetime | None = None
    not_before: datetime | None = None
    body_started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane: how often it was taken over, and per topic the offset up to which it is settled."""

    epoch: int
    settled: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pause:
    """An operator's wish that a service take nothing: since when, and why, as it was typed."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Tables:
    """One service's schema, as one moment shows it.

    `stopped` are the releases whose brake is pulled, with why; `discarded` the parked rows that an operator ended, by
    the operators' own record. `pruned_up_to`: entries that are dated before it may have been removed from the journal.
    `paused` is None for a service that takes what is due.
    """

    journal: tuple[JournalRow, ...] = ()
    states: tuple[StateRow, ...] = ()
    queue: tuple[QueueRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    lanes: Mapping[int, LaneRow] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)
    discarded: frozenset[UUID] = frozenset()
    pruned_up_to: datetime | None = None
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A service of the flow (or Keylane, `ours` False): what it consumes, as group `name`, and what it emits."""

    name: str
    consumes: tuple[str, ...]
    emits: tuple[str, ...]
    ours: bool = True


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """A mail that the mail server accepted: the local part of its Message-ID, and the envelope's recipients."""

    message_id: str
    recipients: tuple[str, ...]
    early: bool = True


@dataclass(frozen=True, slots=True)
class KeylaneRequest:
    """A request as Keylane put it on its own record; `outcome` is planned, not_opened, stale or cancelled."""

    source: str
    id: str
    subject: str
    connection: int
    cycle: int
    outcome: str


@dataclass(frozen=True, slots=True)
class KeylaneCancellation:
    """A cancellation as Keylane put it on its own record."""

    id: str
    subject: str
    connection: int
    cycle: int


@dataclass(frozen=True, slots=True)
class KeylaneReport:
    """A report as Keylane has it on record, published when acknowledged; `event_id` and `time` are its envelope's."""

    event_id: str
    subject: str
    published: bool
    time: str = ""


@dataclass(frozen=True, slots=True)
class KeylaneRecord:
    """Keylane's side of the story."""

    requests: tuple[KeylaneRequest, ...] = ()
    reports: tuple[KeylaneReport, ...] = ()
    cancellations: tuple[KeylaneCancellation, ...] = ()

    @property
    def received(self) -> tuple[KeylaneRequest | KeylaneCancellation, ...]:
        """All that was said to it."""
        return (*self.requests, *self.cancellations)


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form whose record Kafka acknowledged; `expected` are the employer codes that should be realised."""

    registration: str
    expected: frozenset[str] = frozenset()


class Text(NamedTuple):
    """A line that a process wrote, and where it stands: logs, health pages, metrics."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """What operators asked for once more, by their own record.

    `planned_anew` are the mails that a command planned anew; `forced` the epochs of forced replays, by service.
    """

    planned_anew: frozenset[UUID] = frozenset()
    forced: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it. What is None was not looked at, and what needs it is decided partly or not at all.

    `now` is the system's own clock (the simulated one in a simulation). `since` is None when everything was read;
    otherwise topics were read from that moment on, and tables as far as those records name them.
    `committed` is by group, and has no entry for a place that was never committed. `actions` are the ids of the rows
    of what operators did, as far as records name them.
    """

    now: datetime
    parties: tuple[Party, ...]
    logs: Mapping[Place, Log]
    committed: Mapping[str, Mapping[Place, int]]
    tables: Mapping[str, Tables]
    mails: tuple[AcceptedMail, ...] | None = None
    keylane: KeylaneRecord | None = None
    submitted: tuple[SubmittedForm, ...] | None = None
    texts: tuple[Text, ...] | None = None
    since: datetime | None = None
    actions: frozenset[str] | None = None
    deeds: Deeds | None = None
