"""READ FIRST: the stages in order. Topics, consumer groups, the README's diagram and access rules derive from it."""

from dataclasses import dataclass

from .event import Event
from .events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CorrectionRefusedV1,
    CustomerActionNeeded,
    CycleRequested,
    DeadLettered,
    FormReceived,
    FormReceivedV1,
    FormReceivedV2,
    LinkRealised,
    LinkRealisedV1,
    LinkRequested,
    LinkRequestedV1,
    LinkRequestedV2,
    NotificationSent,
    OperatorActed,
    PolicyAwaited,
    PolicyAwaitedV1,
    PolicyAwaitedV2,
    PolicyAwaitedV3,
    PolicyEnriched,
    PolicyEnrichedV1,
    PolicyEnrichedV2,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorConfirmedV1,
    ProcessorDeclined,
    ProcessorDeclinedV1,
    ProcessorReviewed,
    ProcessorReviewedV1,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningRefusedV1,
    ProvisioningReported,
    ProvisioningRequested,
    ProvisioningRequestedV1,
    RegistrationEnded,
    RegistrationEndedV1,
    RegistrationEndedV2,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationRejectedV1,
    RegistrationRejectedV2,
    RegistrationStuck,
    RegistrationSubmitted,
    RegistrationSubmittedV1,
    RegistrationSubmittedV2,
    RegistrationSubmittedV3,
)

EventType = type[Event]

LANES = 6
"""Partitions of every topic; a registration's lane is its key's partition. Changed only after a drain."""


@dataclass(frozen=True)
class Stage:
    """A party, the events it consumes and those it emits (in the version it writes)."""

    name: str
    consumes: tuple[EventType, ...]
    emits: tuple[EventType, ...]
    ours: bool = True


WEB_FORMS = Stage("web-forms", (), (FormReceived,), ours=False)
BACK_OFFICE = Stage("back-office", (), (ProcessorReviewed,), ours=False)
INTAKE = Stage(
    "intake",
    (FormReceived, ProcessorReviewed, CycleRequested, ProvisioningRefused),
    (
        LinkRequested,
        ProcessorApplied,
        ProcessorConfirmed,
        ProcessorDeclined,
        RegistrationHeld,
        RegistrationSubmitted,
        RegistrationRejected,
        CorrectionRefused,
        ConnectionsWithdrawn,
        RegistrationEnded,
    ),
)
ENRICHMENT = Stage("enrichment", (RegistrationSubmitted, RegistrationEnded), (PolicyEnriched, PolicyAwaited))
PROVISIONING = Stage(
    "provisioning",
    (PolicyEnriched, ConnectionsWithdrawn, RegistrationEnded, ProvisioningReported),
    (
        ProvisioningRequested,
        CycleRequested,
        ProvisioningCancelled,
        LinkRealised,
        CustomerActionNeeded,
        ProvisioningRefused,
    ),
)
KEYLANE = Stage("keylane", (ProvisioningRequested, ProvisioningCancelled), (ProvisioningReported,), ours=False)
NOTIFIER = Stage(
    "notifier",
    (
        LinkRequested,
        ProcessorApplied,
        ProcessorConfirmed,
        ProcessorDeclined,
        RegistrationHeld,
        RegistrationSubmitted,
        RegistrationRejected,
        CorrectionRefused,
        ConnectionsWithdrawn,
        RegistrationEnded,
        PolicyAwaited,
        LinkRealised,
        CustomerActionNeeded,
        ProvisioningRefused,
    ),
    (NotificationSent,),
)
TIMELINE = Stage(
    "timeline",
    (
        *NOTIFIER.consumes,
        PolicyEnriched,
        ProvisioningRequested,
        ProvisioningCancelled,
        ProvisioningReported,
        NotificationSent,
    ),
    (),
)
MONITOR = Stage(
    "monitor",
    (
        FormReceived,
        *NOTIFIER.consumes,
        PolicyEnriched,
        ProvisioningRequested,
        ProvisioningCancelled,
        ProvisioningReported,
        DeadLettered,
        RegistrationStuck,
    ),
    (RegistrationStuck,),
)

OPERATORS = Stage("operators", (), (OperatorActed,), ours=False)
"""People, by the command line: what they did stands in Postgres before it is said."""

FLOW = (WEB_FORMS, BACK_OFFICE, INTAKE, ENRICHMENT, PROVISIONING, KEYLANE, NOTIFIER, TIMELINE, MONITOR, OPERATORS)
LOOKING_ON = (TIMELINE, MONITOR)
"""Those that nobody waits for."""
SERVICES = tuple(stage for stage in FLOW if stage.ours and stage is not MONITOR)
"""The services on our own runtime, each with a schema, a journal and a queue. The live view has none of these."""
SERVICE_NAMES = tuple(stage.name for stage in SERVICES)
MONEY_PATH = tuple(stage for stage in SERVICES if stage not in LOOKING_ON)
"""The services without which no link is realised."""

VERSIONS: tuple[EventType, ...] = (
    FormReceivedV1,
    FormReceivedV2,
    FormReceived,
    ProcessorReviewedV1,
    ProcessorReviewed,
    LinkRequestedV1,
    LinkRequestedV2,
    LinkRequested,
    ProcessorApplied,
    ProcessorConfirmedV1,
    ProcessorConfirmed,
    ProcessorDeclinedV1,
    ProcessorDeclined,
    RegistrationHeld,
    RegistrationSubmittedV1,
    RegistrationSubmittedV2,
    RegistrationSubmittedV3,
    RegistrationSubmitted,
    RegistrationRejectedV1,
    RegistrationRejectedV2,
    RegistrationRejected,
    CorrectionRefusedV1,
    CorrectionRefused,
    ConnectionsWithdrawn,
    RegistrationEndedV1,
    RegistrationEndedV2,
    RegistrationEnded,
    PolicyEnrichedV1,
    PolicyEnrichedV2,
    PolicyEnriched,
    PolicyAwaitedV1,
    PolicyAwaitedV2,
    PolicyAwaitedV3,
    PolicyAwaited,
    ProvisioningRequestedV1,
    ProvisioningRequested,
    CycleRequested,
    ProvisioningCancelled,
    ProvisioningReported,
    LinkRealisedV1,
    LinkRealised,
    CustomerActionNeeded,
    ProvisioningRefusedV1,
    ProvisioningRefused,
    NotificationSent,
    DeadLettered,
    RegistrationStuck,
    OperatorActed,
)
"""Every version that was ever written, oldest first per event; all are read for ever."""

BATCH_BYTES_MAX = 1_048_588
"""The largest batch, inflated and with its headers, that a topic takes: Kafka's own default, held fast.

Publishers batch by this (librdkafka up to a megabyte), so a single record can be larger than what is read of it
(schemas/codec.py): such a one is parked with its bytes.
"""

COMPACTED_SEGMENT_BYTES = 4 * 1024 * 1024
"""Kafka compacts all but the newest segment of a lane. By its own default that one grows to 1 GB, and all of it is read
when a table is brought back."""

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Topic:
    """One event's topic, or a table's. `DeadLettered` is the only one with several producers.

    `retention_ms` is None where each key's newest record is kept for good.
    """

    name: str
    partitions: int
    retention_ms: int | None
    producers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def settings(self) -> dict[str, str]:
        """Its settings as Kafka names them.

        Uncompressed: the broker inflates what comes and refuses a batch that is too large then, so that nobody's
        few bytes become a hundred megabytes in a reader.
        """
        newest_only = {"cleanup.policy": "compact", "segment.bytes": str(COMPACTED_SEGMENT_BYTES)}
        kept = newest_only if self.retention_ms is None else {"retention.ms": str(self.retention_ms)}
        return {**kept, "compression.type": "uncompressed", "max.message.bytes": str(BATCH_BYTES_MAX)}


def topics() -> tuple[Topic, ...]:
    """Every topic of the flow, in the order of the stages."""
    names = dict.fromkeys(event.name for event in VERSIONS)
    return tuple(_topic(name) for name in names)


def _topic(name: str) -> Topic:
    producers = tuple(stage.name for stage in FLOW if name in {event.name for event in stage.emits})
    consumers = tuple(stage.name for stage in FLOW if name in {event.name for event in stage.consumes})
    if name == DeadLettered.name:
        producers = tuple(stage.name for stage in SERVICES)
    # A wrongly clear secret can stand in a form only: its topic forgets soon.
    retention_ms = 7 * _DAY_MS if name == FormReceived.name else 400 * _DAY_MS
    return Topic(name, LANES, retention_ms, producers, consumers)


MONITOR_TABLE = f"{MONITOR.name}-registrations-changelog"
"""Where the live view keeps its table between starts: the newest value of each key. Read by nobody else."""


def table_topics() -> tuple[Topic, ...]:
    """Topics that hold a service's own table and no event; not part of the flow, and made together with it."""
    return (Topic(MONITOR_TABLE, LANES, None, (MONITOR.name,), (MONITOR.name,)),)


def diagram() -> str:
    """The flow as Mermaid, for the README; who only looks on stands apart: nearly every event would be an arrow."""
    lines = ["flowchart LR"]
    lines += [f'  {stage.name}["{stage.name}"]' if stage.ours else f"  {stage.name}([{stage.name}])" for stage in FLOW]
    lines += [
        f"  {producer.name} -- {event.__name__} --> {consumer.name}"
        for producer in FLOW
        for event in producer.emits
        for consumer in FLOW
        if consumer not in LOOKING_ON
        if event.name in {consumed.name for consumed in consumer.consumes}
    ]
    return "\n".join(lines)
