"""READ FIRST: the stages in order. Topics, consumer groups, the README's diagram and access rules derive from it."""

from dataclasses import dataclass
from itertools import product

from schemas.event import EventType
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CustomerActionNeeded,
    CycleRequested,
    DeadLettered,
    FormReceived,
    LinkRealised,
    LinkRequested,
    NotificationSent,
    OperatorActed,
    PolicyAwaited,
    PolicyEnriched,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProcessorReviewed,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationStuck,
    RegistrationSubmitted,
)

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


def diagram() -> str:
    """The flow as Mermaid, for the README; who only looks on stands apart: nearly every event would be an arrow."""
    lines = ["flowchart LR"]
    lines += [f'  {stage.name}["{stage.name}"]' if stage.ours else f"  {stage.name}([{stage.name}])" for stage in FLOW]
    for producer, consumer in product(FLOW, FLOW):
        said = [event.__name__ for event in producer.emits if event in consumer.consumes]
        if said and consumer not in LOOKING_ON:
            lines.append(f'  {producer.name} -- "{"<br/>".join(said)}" --> {consumer.name}')
    return "\n".join(lines)
