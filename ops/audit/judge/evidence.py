"""What the judge looks at: plain values, filled from a real system, a sandbox or a simulation.

Everything here may hold personal data. None of it is printed; only findings are (`finding.py`).

A running system goes on while it is read, so the order of reading matters (`read.py` keeps it). What must have been
there *before* something else is read after it:

1. committed offsets, lanes and the ends of the topics (each `Log.fence`), and the mails that are there first (`early`)
2. all of Postgres, in one snapshot
3. topics up to their ends by then (records at `Log.fence` and beyond are *late*), Keylane's record, the mailbox again

What is late is used only to see whether it is there. For a system at rest, leave the defaults.
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
    """A record of a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Headers
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Log:
    """One partition: the records that were read, from offset `start` up to but not including `end`.

    `begin` is the first offset that the broker still has. `fence` is the end as it was before Postgres was read; None
    where nothing was written in between.
    """

    records: tuple[LogRecord, ...]
    end: int
    begin: int = 0
    start: int = 0
    fence: int | None = None


class Emitted(NamedTuple):
    """An event in a journal row, to be published."""

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
    """A row of the redelivery queue, with the place of the record that it holds; `trace` is that of a defect."""

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
    """A row of the mail ledger; `recipient` is the address in its payload, `status` is as the ledger has it.

    `not_before`: when a waiting one is tried next. `attempts` includes one that is under way.
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

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What all epochs of one mail have in common."""
        return self.subject, self.kind, self.occasion, self.role


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane: how often it was taken over, and the settled offset of each topic."""

    epoch: int
    settled: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pause:
    """A service's pause: since when, and why, as the operator typed it."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Tables:
    """One service's schema, in one snapshot.

    `stopped`: the releases whose brake is pulled, and why. `discarded`: the parked rows that operators ended, by their
    own record. `pruned_up_to`: entries dated before this may have been removed from the journal. `paused` is None for a
    service that is not paused.
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
    """A service of the flow (or Keylane, with `ours` False): what it consumes, as group `name`, and what it emits."""

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
    """A request as Keylane recorded it; `outcome` is planned, not_opened, stale or cancelled."""

    source: str
    id: str
    subject: str
    connection: int
    cycle: int
    outcome: str


@dataclass(frozen=True, slots=True)
class KeylaneCancellation:
    """A cancellation as Keylane recorded it."""

    id: str
    subject: str
    connection: int
    cycle: int


@dataclass(frozen=True, slots=True)
class KeylaneReport:
    """A report as Keylane recorded it, `published` once acknowledged; `event_id` and `time` are its envelope's."""

    event_id: str
    subject: str
    published: bool
    time: str = ""


@dataclass(frozen=True, slots=True)
class KeylaneRecord:
    """Everything that Keylane recorded."""

    requests: tuple[KeylaneRequest, ...] = ()
    reports: tuple[KeylaneReport, ...] = ()
    cancellations: tuple[KeylaneCancellation, ...] = ()

    @property
    def received(self) -> tuple[KeylaneRequest | KeylaneCancellation, ...]:
        """All that was said to it."""
        return (*self.requests, *self.cancellations)


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form that Kafka acknowledged; `expected` are the employer codes that should be realised."""

    registration: str
    expected: frozenset[str] = frozenset()


class Text(NamedTuple):
    """A line that a process wrote to a log, a health page or metrics, and where."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """What operators asked for once more, by their own record.

    `planned_anew`: the mails that a command planned anew. `forced`: the epochs of forced replays, by service.
    """

    planned_anew: frozenset[UUID] = frozenset()
    forced: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence. What is None was not looked at; what needs it is then decided partly or not at all.

    `now` is the system's own clock (the simulated one in a simulation). `since` is None when everything was read;
    otherwise topics were read from that moment on, and the rows that those records name. `committed` is by group, and
    has no entry for a partition that was never committed. `actions` are the ids of operators' recorded actions, as far
    as records name them.
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
